/** The VRRP password that a lab was deployed with: its outputs do not say it. */
import type { Topology } from "../../model/topology/topology";
import type { Exported } from "../engine/deployment";
import { exportState } from "../engine/pulumi";

/** A secret of a state that was exported in plain text. Its value is JSON in JSON (sdk/go/common/apitype, SecretV1). */
type PlainSecret = { readonly plaintext: string };

/** The VRRP password in the scripts of a state that was exported in plain text, as in keepalived.conf; undefined: no script has one. */
export function passwordIn({ deployment }: Exported): string | undefined {
  const scripts = (deployment.resources ?? []).flatMap(({ type, inputs }) => {
    const stdin = type === "command:remote:Command" ? (inputs?.stdin as string | PlainSecret | undefined) : undefined;
    if (stdin === undefined) return [];
    return typeof stdin === "string" ? stdin : (JSON.parse(stdin.plaintext) as string);
  });
  // A file is one word of the script's shell, in which a single quote is written as '\''.
  return scripts.flatMap((script) => /^\s*auth_pass (.+)$/m.exec(script)?.[1] ?? [])[0]?.replaceAll(`'\\''`, "'");
}

/** The VRRP password of a deployed lab. It stays in this process: no message contains it. */
export async function deployedPassword(
  env: Readonly<Record<string, string>>,
  { vrrp }: Topology,
): Promise<string | undefined> {
  return vrrp?.authentication === undefined ? undefined : passwordIn(await exportState(env, "--show-secrets"));
}
