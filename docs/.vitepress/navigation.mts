import * as fs from "node:fs";
import * as path from "node:path";
import type { DefaultTheme } from "vitepress";

type Items = DefaultTheme.SidebarItem[];

const labs: Items = fs
  .readdirSync(path.join(import.meta.dirname, "..", "labs"))
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map((file) => path.basename(file, ".md"))
  .map((name) => ({ text: name, link: `/labs/${name}` }));

const documents: Items = ["000", "001", "002", "003", "004"].map((number) => ({
  text: `Document ${number}`,
  link: `/documents/${number}`,
}));

/** The pages in the order in which they are read. */
export const english: Items = [
  {
    text: "Start",
    items: [
      { text: "lvs-lab", link: "/" },
      { text: "Install", link: "/install" },
      { text: "Quick start", link: "/quick-start" },
      { text: "Tutorial", link: "/tutorial" },
      { text: "Concepts", link: "/concepts" },
    ],
  },
  {
    text: "Work",
    items: [
      { text: "Working with a lab", link: "/working" },
      { text: "With plain Pulumi", link: "/pulumi" },
      { text: "Check your configuration", link: "/audit" },
      { text: "Predict failures", link: "/predict" },
      { text: "Collect the files of your machines", link: "/collect" },
      { text: "Drills", link: "/drills" },
      { text: "Report", link: "/report" },
      { text: "Import your configuration", link: "/import" },
      { text: "Check it in CI", link: "/ci" },
      { text: "Images and packages", link: "/images" },
      { text: "Troubleshooting", link: "/troubleshooting" },
    ],
  },
  { text: "Labs", link: "/labs/", collapsed: true, items: labs },
  { text: "Source documents", link: "/documents/", collapsed: true, items: documents },
  {
    text: "Reference",
    items: [
      { text: "Commands", link: "/commands" },
      { text: "Topology", link: "/topology" },
      { text: "Rules", link: "/rules" },
      { text: "Checks", link: "/checks" },
    ],
  },
  {
    text: "Background",
    items: [
      { text: "Security", link: "/security" },
      { text: "Architecture", link: "/architecture" },
      { text: "What it waits for", link: "/waits" },
      { text: "Performance", link: "/performance" },
      { text: "Testing", link: "/testing" },
      { text: "Table of proofs", link: "/proofs" },
      { text: "Limits", link: "/limits" },
      { text: "Release notes", link: "/releases" },
    ],
  },
];

export const chinese: Items = [
  { text: "lvs-lab", link: "/zh/" },
  { text: "快速开始", link: "/zh/quick-start" },
  { text: "教程:自己的拓扑", link: "/zh/tutorial" },
  { text: "实验一览", link: "/zh/labs" },
  { text: "按现象排错", link: "/zh/troubleshooting" },
];
