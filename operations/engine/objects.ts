/** What exists of labs outside the guests: objects of the platform, and the clients' network namespaces. */
import * as fs from "node:fs";
import type { Platform, PlatformObject } from "../../components/platform/platform";
import { clientNamespace } from "../../model/topology/names";
import { run } from "../run";

/** Something outside the guests that bears a lab's mark, wherever it came from. */
export type LabObject = {
  readonly kind: PlatformObject["kind"] | "namespace";
  readonly lab: string;
  readonly name: string;
  /** Its id in Pulumi's state: a uuid, the path of a volume, or the name of a namespace. */
  readonly id: string;
};

/** Those of a platform's objects that belong to labs. */
export const labObjects = (objects: readonly PlatformObject[]): LabObject[] =>
  objects.flatMap(({ kind, lab, name, id }) => (lab === undefined ? [] : [{ kind, lab, name, id }]));

/** Saved memory for machines that do not exist, as a lab's. */
export const waitingMemory = (host: Platform, objects: readonly PlatformObject[], lab: string): LabObject[] =>
  host.waitingMemory(objects).map(({ kind, name, id }) => ({ kind, lab, name, id }));

/** The client's namespace of a lab of this platform. */
export function clientOf(lab: string, uri: string): LabObject[] {
  const name = clientNamespace(lab, uri);
  return fs.existsSync(`/run/netns/${name}`) ? [{ kind: "namespace", lab, name, id: name }] : [];
}

/** Removes things: namespaces first, because they are plugged into networks. */
export async function removeObjects(host: Platform, things: readonly LabObject[]): Promise<void> {
  const namespaces = things.filter(({ kind }) => kind === "namespace");
  await Promise.all(namespaces.map(({ name }) => run(["ip", "netns", "delete", name])));
  await host.remove(things.flatMap(({ kind, ...rest }) => (kind === "namespace" ? [] : { kind, ...rest })));
}
