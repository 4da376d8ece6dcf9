import type { Node } from "../../../../../model/topology/topology";
import type { Accelerator } from "../../../platform";

/** The properties in which a guest and its template must agree. */
export type Shape = {
  /** MiB. */
  readonly memory: number;
  readonly vcpus: number;
  /** Number of network cards. */
  readonly cards: number;
  readonly accelerator: Accelerator;
};

/** The shape of a node's guest. */
export const shapeOf = (node: Node, accelerator: Accelerator): Shape => ({
  memory: node.memory,
  vcpus: node.vcpus,
  cards: Object.keys(node.interfaces).length,
  accelerator,
});

/** Name of a shape, also of its template's folder: `tcg-512m-1c-1n`. */
export const shapeName = ({ accelerator, memory, vcpus, cards }: Shape): string =>
  `${accelerator}-${memory}m-${vcpus}c-${cards}n`;

/** Folder in the cache for the templates of an image. */
export const templatesDir = (cacheDir: string, imageDigest: string): string => `${cacheDir}/templates/${imageDigest}`;

/** Folder of one of them. */
export const templateFolder = (templates: string, shape: Shape): string => `${templates}/${shapeName(shape)}`;
