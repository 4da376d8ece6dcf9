import { createHash } from "node:crypto";
import { isScript, MAIN, type OwnDirector } from "../../../model/topology/own/config";
import { STAGED, type Step } from "../../machine/remote/script";

/** The digest of all texts that the daemon's parser took together. */
const ACCEPTED = "/etc/keepalived/lvs-lab.accepted";

/**
 * Exit codes of `keepalived --config-test` for a file that it does not like but runs: a word that it ignores, a value that it changes; scripts
 * without enable_script_security.
 */
const DISLIKED = 5;
const INSECURE = 6;

/**
 * The command that lets the daemon's own parser judge a file. Paths of includes are relative to its folder, where the staged file stands too.
 * A file that it dislikes is the file that the site runs: `verify` (own-runs) tells what the reader of the files did not expect.
 */
const judging = (file: string): readonly string[] => [
  ...["sh", "-c", `"$@" || case $? in ${DISLIKED} | ${INSECURE}) ;; *) exit 1 ;; esac`, "sh"],
  ...["keepalived", "--config-test", `--use-file=${file}`],
];

/** The files of a director that brings its configuration, and its daemon. What they include and run is there before they are judged. */
export function ownSteps(node: OwnDirector): Step[] {
  const { [MAIN]: main = "", ...others } = node.keepalived.files;
  const reload = { events: ["reload:keepalived"] } as const;
  const beside = Object.entries(others).map(
    ([path, content]): Step => ({ kind: "file", path, content, mode: isScript(content) ? "0755" : "0600", ...reload }),
  );
  const digest = createHash("sha256").update(JSON.stringify(node.keepalived.files)).digest("hex");
  return [
    ...beside,
    { kind: "file", path: MAIN, content: main, mode: "0600", check: judging(STAGED), backup: true, ...reload },
    // A changed include leaves the main file as it is, so that nothing would judge it.
    ...(beside.length === 0
      ? []
      : [{ kind: "file", path: ACCEPTED, content: `${digest}\n`, check: judging(MAIN) } as const]),
    { kind: "unit", name: "keepalived", enabled: true, active: true },
  ];
}
