import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../paths";
import { labNames } from "../../model/topology/labNames";
import { UserError } from "../../model/userError";
import { type BackendStack, privateProject, userBackend } from "./backend";
import { configIn } from "./stackConfig";

/** A Pulumi stack of this project: one per lab. */
export type Stack = BackendStack & {
  /** The lab that it holds: a name in labs/ or a path. */
  readonly lab: string;
  /** Its topology file. */
  readonly file: string;
};

/** Stack name → lab, from the Pulumi.<stack>.yaml files of the checkout. */
function committedStacks(): { readonly name: string; readonly lab: string }[] {
  return fs
    .readdirSync(inRoot())
    .map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .map((name) => {
      const { "lvs-lab:lab": lab } = configIn(inRoot(`Pulumi.${name}.yaml`));
      return { name, lab: typeof lab === "string" ? lab : "" };
    });
}

/** Whether a lab is given by the path of its file: names have neither a slash nor a dot. */
const isPath = (lab: string): boolean => /\/|\.ya?ml$/.test(lab);

/**
 * The stack of a lab. Without a lab: the one that Pulumi.dev.yaml chooses, in the stack `dev`. A lab that no committed
 * file chooses gets a stack of its own name.
 */
export function stackOf(lab: string | undefined): Stack {
  const committed = committedStacks();
  const chosen =
    lab === undefined ? committed.find(({ name }) => name === "dev") : committed.find((one) => one.lab === lab);
  const wanted = chosen?.lab ?? lab;
  if (!wanted) throw new UserError("no lab is chosen: name one, or set lvs-lab:lab in Pulumi.dev.yaml");
  const file = isPath(wanted) ? path.resolve(wanted) : inRoot("labs", `${wanted}.yaml`);
  const name = chosen?.name ?? path.basename(file, ".yaml");
  const local = userBackend() === undefined;
  const configFile = path.join(local ? privateProject(name) : inRoot(), `Pulumi.${name}.yaml`);
  // A deployed lab can be destroyed without its file.
  if (!fs.existsSync(file) && !fs.existsSync(configFile)) {
    const known = labNames(inRoot()).join(", ");
    throw new UserError(`got the lab ${wanted}, need the path of a topology file or one of: ${known}`);
  }
  return { name, lab: isPath(wanted) ? file : wanted, file, configFile, local };
}
