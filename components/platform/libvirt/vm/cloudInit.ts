/**
 * The identity of a guest from a stock cloud image: the files of its NoCloud seed disk. Pure: no Pulumi, no clock, no randomness.
 *
 * The same identity as in the guest image (seed.ts), in cloud-init's format: keys and addresses come from the lab, there is no
 * password, no other user and no other host key.
 *
 * @see https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html
 */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { renderIso } from "./iso9660";
import { cardAddresses, line, renderHosts, type SeedArgs, type SeedInterface, SSHD_CONFIG } from "./seed";

/** The files that cloud-init reads from the disk labelled `cidata`. */
export type NoCloud = {
  /** cloud-config. Contains the private host key. */
  readonly "user-data": string;
  /** The id of the instance. Another id makes cloud-init do everything again. */
  readonly "meta-data": string;
  /** Network configuration, version 2. */
  readonly "network-config": string;
};

/** Renders the seed disk of one guest. It contains the private host key, so it is a secret. */
export const renderCidata = (args: SeedArgs): string => renderIso("cidata", renderCloudInit(args));

/** Renders the files of the seed disk. */
export function renderCloudInit(args: SeedArgs): NoCloud {
  const userData = `#cloud-config\n${yaml(cloudConfig(args))}`;
  const networkConfig = yaml(network(args.interfaces));
  const digest = createHash("sha256").update(`${userData}\0${networkConfig}`).digest("hex").slice(0, 16);
  return {
    "user-data": userData,
    "meta-data": yaml({ "instance-id": `${args.name}-${digest}`, "local-hostname": args.name }),
    "network-config": networkConfig,
  };
}

function cloudConfig(args: SeedArgs): object {
  return {
    hostname: args.name,
    preserve_hostname: false,
    // The next boot does not overwrite files of write_files.
    manage_etc_hosts: false,
    // The image's default user is not created. Root logs in, only by key.
    users: [],
    disable_root: false,
    ssh_pwauth: false,
    ssh_authorized_keys: [args.authorizedKey.trim()],
    ssh_deletekeys: true,
    ssh_keys: {
      ed25519_private: line(args.hostPrivateKey),
      ed25519_public: args.hostPublicKey.trim(),
    },
    write_files: [
      { path: "/etc/hosts", content: renderHosts(args) },
      { path: "/etc/ssh/sshd_config.d/10-lvs-lab.conf", content: SSHD_CONFIG },
      // keepalived's virtual addresses survive a restart of networkd, with files of networkd or of cloud-init.
      ...args.interfaces.flatMap(({ name }) =>
        ["cloud-init", "netplan"].map((author) => ({
          path: `/etc/systemd/network/10-${author}-${name}.network.d/lvs-lab.conf`,
          content: "[Network]\nKeepConfiguration=static\n",
        })),
      ),
    ],
  };
}

/** One static address per card, which is found by its MAC. The boot waits for none of them. */
function network(interfaces: readonly SeedInterface[]): object {
  const ethernets = interfaces.map((card) => {
    const settings = {
      match: { macaddress: card.mac.toLowerCase() },
      // Without it cloud-init's networkd file matches a name that no card has.
      "set-name": card.name,
      addresses: cardAddresses(card),
      dhcp4: false,
      dhcp6: false,
      "accept-ra": false,
      ...(card.gateway === undefined ? {} : { routes: [{ to: "0.0.0.0/0", via: card.gateway }] }),
    };
    return [card.name, settings] as const;
  });
  return { version: 2, ethernets: Object.fromEntries(ethernets) };
}

/** cloud-init reads YAML 1.1, in which "no" and "on" are not texts. */
const yaml = (value: object): string => stringify(value, { version: "1.1", lineWidth: 0 });
