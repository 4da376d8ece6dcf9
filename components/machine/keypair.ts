import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/** Prints a new key, private half first. The temporary folder is always removed before the command ends. */
export const GENERATE = `set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM HUP
ssh-keygen -q -t ed25519 -N '' -C '' -f "$dir/key"
cat "$dir/key" "$dir/key.pub"`;

const END = "-----END OPENSSH PRIVATE KEY-----\n";

/** An ed25519 SSH key, generated once and kept encrypted in the stack's state. */
export class KeyPair extends pulumi.ComponentResource {
  /** Private half, OpenSSH's own format (secret). */
  readonly privateKey: pulumi.Output<string>;
  /** Public half, "ssh-ed25519 AAAA…", without a comment. */
  readonly publicKey: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:KeyPair", name, {}, opts);

    const command = new local.Command(
      `${name}-generate`,
      { create: GENERATE, logging: local.Logging.None, addPreviousOutputInEnv: false },
      // An update would run `create` again, and a new key would replace every machine.
      { parent: this, additionalSecretOutputs: ["stdout"], ignoreChanges: ["*"] },
    );
    // `pulumi up --target` leaves outputs of skipped resources undefined.
    const printed = pulumi.secret(command.stdout.apply((text: string | undefined) => text ?? ""));

    this.privateKey = printed.apply((text) => text.slice(0, text.indexOf(END) + END.length));
    this.publicKey = pulumi.unsecret(printed.apply((text) => text.slice(text.indexOf(END) + END.length).trim()));
    this.registerOutputs({});
  }
}
