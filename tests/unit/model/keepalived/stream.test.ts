import * as assert from "node:assert/strict";
import { brief, read } from "./reading";

/** The statements of a text, as "line:column words", blocks in braces. */
function outline(text: string, others: Readonly<Record<string, string>> = {}): string {
  const { tree } = read(text, { configId: "lb1", environment: { PORT: "8080" } }, others);
  const show = (statements: typeof tree.statements): string =>
    statements
      .map(({ keyword, values, block }) => {
        const { file, line, column } = keyword.at;
        const place = `${file === "keepalived.conf" ? "" : `${file}:`}${line}:${column}`;
        return `${place} ${[keyword, ...values].map((word) => word.text).join(" ")}${block ? ` { ${show(block.statements)} }` : ""}`;
      })
      .join("; ");
  return show(tree.statements);
}

const cases: readonly (readonly [
  title: string,
  text: string,
  expected: string,
  others?: Readonly<Record<string, string>>,
])[] = [
  ["comments of both kinds, in a word too", "instance a#b\n! all\nuse_pid_dir !c\n", "1:1 instance a; 3:1 use_pid_dir"],
  ["no comment in quotes and behind a backslash", 'instance "a#b" \\#c\n', "1:1 instance a#b #c"],
  ["a quote ends a word", 'instance a"b c"d\n', "1:1 instance a b c d"],
  ["carriage returns, tabs, no last newline", "\tinstance a\r\nuse_pid_dir", "1:2 instance a; 2:1 use_pid_dir"],
  [
    "braces anywhere",
    "virtual_server_group G{192.0.2.1 80\n}instance x",
    "1:1 virtual_server_group G { 1:24 192.0.2.1 80 }; 2:2 instance x",
  ],
  ["a condition that is met", "@lb1 instance a\n@lb2 instance b\n", "1:6 instance a"],
  ["a condition that is turned round", "@^lb1 instance a\n@^lb2 instance b\n", "2:7 instance b"],
  ["a definition, in the column of its $", "$A=x y\ninstance $A z\n", "2:1 instance x y z"],
  ["a definition with braces, and one that does not exist", "$A=x\ninstance ${A}1 $A1\n", "2:1 instance x1 $A1"],
  [
    "a definition of several lines, each in its place",
    "$L=\\\n  192.0.2.1 80 \\\n  192.0.2.2 80\nvirtual_server_group G {\n$L\n}\n",
    "4:1 virtual_server_group G { 5:1 192.0.2.1 80; 3:3 192.0.2.2 80 }",
  ],
  [
    "a comment ends a definition of several lines",
    "$L=\\\n  instance a \\\n# why\nuse_pid_dir\n$L\n",
    "4:1 use_pid_dir; 5:1 instance a",
  ],
  ["definitions in definitions", "$A=b\n$B=x$C\n$C=1\ninstance $A $B\n", "4:1 instance b x1"],
  ["built-in names", "instance ${_INSTANCE} $_HASH ${_ENV PORT}\n", "1:1 instance lb1"],
  ["a sequence", "~SEQ(N, 1, 2) instance i$N\n", "1:15 instance i1; 1:15 instance i2"],
  [
    "a sequence with braces",
    "~SEQ(N, 3, -2, -1) instance i${N}\n",
    "1:20 instance i3; 1:20 instance i1; 1:20 instance i-1",
  ],
  [
    "a sequence in hexadecimal digits",
    "~SEQx(N, 9, 11) instance ${N}\n",
    "1:17 instance 9; 1:17 instance a; 1:17 instance b",
  ],
  ["a list of pairs", "~LST({A, B}, {x, 1}, {y}) instance ${A}${B}.\n", "1:27 instance x1.; 1:27 instance y."],
  [
    "an include, from the folder of its file",
    "include d/a.conf\nuse_pid_dir\n",
    "d/b.conf:1:1 instance b; 2:1 use_pid_dir",
    { "d/a.conf": "include b.conf\n", "d/b.conf": "instance b\n" },
  ],
  [
    "an include with a pattern",
    "include *.inc\n",
    "a.inc:1:1 instance a; b.inc:1:1 use_pid_dir",
    { "b.inc": "use_pid_dir\n", "a.inc": "instance a\n" },
  ],
  [
    "an include with braces",
    "include {b,a}.inc\n",
    "b.inc:1:1 use_pid_dir; a.inc:1:1 instance a",
    { "b.inc": "use_pid_dir\n", "a.inc": "instance a\n" },
  ],
];

const wrong: readonly (readonly [
  title: string,
  text: string,
  found: readonly string[],
  others?: Readonly<Record<string, string>>,
])[] = [
  ["a file that does not exist", "include a.conf\n", ["warning 1:9 bad-include"]],
  [
    "the same where it has to be",
    "includer a.conf\nincludem b.conf\n",
    ["warning 1:10 bad-include", "error* 2:10 bad-include"],
  ],
  ["a file that includes itself", "include keepalived.conf\n", ["error* 1:9 bad-include"]],
  [
    "an include that does not begin its line",
    "@lb1 include a.conf\n",
    ["warning 1:14 bad-include"],
    { "a.conf": "use_pid_dir\n" },
  ],
  ["a sequence that never ends", "~SEQ(N, 1, -1, 5) instance a\n", ["error* 1:1 bad-definition"]],
  ["a sequence of millions", "~SEQ(N, 1, 5000000) instance a\n", ["error* 1:1 bad-definition"]],
  ["a list with too many values", "~LST(A, {1, 2}) instance a\n", ["error* 1:1 bad-definition"]],
  ["a name that nobody defined", "instance $NAME\n", ["warning 1:10 bad-definition"]],
  ["a blank before =", "$A =1\n", ["warning 1:1 bad-definition", "error* 1:1 unknown-word"]],
  ["a definition of itself", "$A=$A\ninstance $A\n", ["error* 2:10 bad-definition"]],
  ["a long line", `instance ${"x".repeat(1020)}\n`, ["error* 1:1 long-line"]],
];

describe("the lines of keepalived.conf", () => {
  for (const [title, text, expected, others] of cases) it(title, () => assert.equal(outline(text, others), expected));
});

describe("findings in the lines of keepalived.conf", () => {
  for (const [title, text, expected, others] of wrong)
    it(title, () => assert.deepEqual(read(text, { configId: "lb1" }, others).findings.map(brief), expected));
});
