import { defineConfig, type DefaultTheme } from "vitepress";
import { english, chinese } from "./navigation.mts";
import { outside } from "./outside.mts";
import { slug } from "../generator/slug.ts";

const theme = (sidebar: DefaultTheme.SidebarItem[], words: DefaultTheme.Config = {}): DefaultTheme.Config => ({
  sidebar,
  outline: [2, 3],
  ...words,
});

/** The site of docs/. A link that leads nowhere fails the build; links to files outside of docs/ are outside.mts's. */
export default defineConfig({
  title: "lvs-lab",
  description: "A rehearsal for load balancers: topology, lab, proof",
  // The same files read well on a code host, where a folder shows its README.
  rewrites: { "README.md": "index.md", ":folder/README.md": ":folder/index.md" },
  srcExclude: ["node_modules/**"],
  cleanUrls: true,
  lastUpdated: false,
  markdown: { config: outside, anchor: { slugify: slug } },
  themeConfig: { search: { provider: "local" }, socialLinks: [] },
  locales: {
    root: { label: "English", lang: "en", themeConfig: theme(english) },
    zh: {
      label: "中文",
      lang: "zh-CN",
      themeConfig: theme(chinese, {
        outline: { level: [2, 3], label: "本页内容" },
        docFooter: { prev: "上一页", next: "下一页" },
        sidebarMenuLabel: "目录",
        returnToTopLabel: "回到顶部",
        darkModeSwitchLabel: "外观",
      }),
    },
  },
});
