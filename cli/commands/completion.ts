import { command } from "../command";

export default command({
  name: "completion",
  kind: "pure",
  summary: "print a shell's completion for this command",
  details: ["The shell then asks `lab completion words WORD…` what the last word may be."],
  operands: {
    SHELL: { what: "which shell", choices: ["bash", "zsh", "fish", "words"] },
    WORD: {
      what: "the words so far; the last one may be unfinished or empty",
      optional: true,
      many: true,
      passed: true,
    },
  },
  examples: [
    "completion bash >>~/.bash_completion",
    'completion zsh >"${fpath[1]}/_lab"',
    "completion fish >~/.config/fish/completions/lab.fish",
  ],
});
