import { command } from "../command";

export default command({
  name: "completion",
  kind: "pure",
  summary: "completion for a shell, as text for that shell",
  details: ["The text asks `lab completion words WORD…` what may stand in the place of the last word."],
  operands: {
    SHELL: { what: "which shell", choices: ["bash", "zsh", "fish", "words"] },
    WORD: { what: "the words so far, the last one perhaps begun or empty", optional: true, many: true, passed: true },
  },
  examples: [
    "completion bash >>~/.bash_completion",
    'completion zsh >"${fpath[1]}/_lab"',
    "completion fish >~/.config/fish/completions/lab.fish",
  ],
});
