import { loadCloudImage } from "../../model/topology/image";
import { loadTopology } from "../../documents/load";
import { labNames } from "../../model/topology/labNames";
import { BARE, DEBIAN, type Guest } from "../../model/topology/guest";
import type { Topology } from "../../model/topology/topology";
import { drawMermaid } from "../draw/mermaid";
import { pictureOf } from "../draw/topologyPicture";
import { deployedTopology } from "../engine/deployedTopology";
import { overridesOf } from "../naming";
import { inRoot } from "../paths";
import { type Stack, stackOf } from "../engine/stack";
import { problemsOf } from "../topologies";
import { toolchain } from "../engine/toolchain";
import { diffOf } from "./diff";
import { filesOf } from "./files";
import { footprintOf } from "./footprint";
import type { Plan } from "./plan";
import { type PlannedResources, resourcesOf } from "./resources";
import type { Reviewed } from "./review";
import { filesAt, findRevision } from "./revision";
import { imageOf } from "../engine/stackConfig";
import { outputs, previewJson } from "../engine/pulumi";
import { offline } from "../engine/offline";

export type PlanOptions = {
  /** A git revision; default: the lab as deployed. */
  readonly against?: string | undefined;
  /** Show the files only: do not ask Pulumi, neither for resources nor for what is deployed. */
  readonly filesOnly: boolean;
};

/**
 * Plans a lab. The deployed lab's files are rendered by this checkout from the topology that the stack keeps. The effect of a changed renderer
 * therefore shows in the resources, or in a comparison with a git revision.
 */
export async function plan(stack: Stack, { against, filesOnly }: PlanOptions): Promise<Plan> {
  const topology = loadTopology(stack.file, overridesOf(stack));
  const revision = against === undefined ? undefined : await findRevision(against, stack);
  const asked = filesOnly ? undefined : await ask(stack);
  const guest = guestOf(stack);
  const files = filesOf(topology, guest);
  const before =
    revision !== undefined
      ? { what: revision.reference, files: await filesAt(revision, stack, guest) }
      : asked?.deployed && { what: "the lab as deployed", files: filesOf(asked.deployed, guest) };
  return {
    lab: topology.name,
    description: topology.description,
    footprint: footprintOf(topology),
    picture: drawMermaid(pictureOf(topology)),
    ...(asked === undefined ? {} : { resources: asked.resources }),
    files,
    ...(before === undefined ? {} : { against: { what: before.what, diff: await diffOf(before.files, files) } }),
  };
}

/** The system of the stack's machines. */
function guestOf(stack: Stack): Guest {
  const image = imageOf(stack);
  if (image === undefined || image === BARE) return DEBIAN;
  return { family: loadCloudImage(image).family };
}

/** Every lab of the checkout, for a reviewer. A refused lab does not hide the others. */
export async function review(options: PlanOptions): Promise<Reviewed[]> {
  const labs: Reviewed[] = [];
  for (const name of labNames(inRoot())) {
    const file = `labs/${name}.yaml`;
    const problems = problemsOf(inRoot(file));
    if (problems.length > 0) labs.push({ file, problems });
    else labs.push({ file, plan: await plan(stackOf(name), options) });
  }
  return labs;
}

/** Asks Pulumi for the resources and the deployed topology. */
async function ask(stack: Stack): Promise<{ resources: PlannedResources; deployed?: Topology }> {
  const tools = await toolchain();
  return offline(stack, tools, async (env) => {
    const preview = await previewJson(tools.pulumi, stack.name, env);
    const deployed = await outputs(env);
    return {
      resources: resourcesOf(preview),
      ...(deployed === undefined ? {} : { deployed: deployedTopology(deployed) }),
    };
  });
}
