import type { Node } from "../../model/topology/node";
import type { Accelerator, TemplateSpec } from "./platform";

/** What a node's guest and its template must agree in. */
export const templateSpecOf = (node: Node, accelerator: Accelerator): TemplateSpec => ({
  memory: node.memory,
  vcpus: node.vcpus,
  cards: Object.keys(node.interfaces).length,
  accelerator,
});

/** Name of a template, also of its folder: `tcg-512m-1c-1n`. */
export const templateName = ({ accelerator, memory, vcpus, cards }: TemplateSpec): string =>
  `${accelerator}-${memory}m-${vcpus}c-${cards}n`;

/** Folder in the cache for the templates of an image. */
export const templatesDir = (cacheDir: string, imageDigest: string): string => `${cacheDir}/templates/${imageDigest}`;

/** Folder of one of them. */
export const templateFolder = (templates: string, spec: TemplateSpec): string => `${templates}/${templateName(spec)}`;
