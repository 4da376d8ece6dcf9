/** Checks of content that web servers get from an NFS server. */
import { renderExports } from "../../../components/roles/nfs/exports";
import { DOCUMENT_ROOT, renderFstabLine } from "../../../components/roles/nfs/mount";
import { nfsServersOf, servedPage, webServersOf } from "../../../model/topology/queries";
import type { WebNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import { type Check, describe, differs, each, list, runs } from "../../../components/checks/check";

const mounting = (topology: Topology): WebNode[] =>
  webServersOf(topology).filter(({ contentFrom }) => contentFrom !== undefined);

export const CONTENT: readonly Check[] = [
  {
    name: "share",
    title: "the NFS server shares its folder with the segment, now and at boot",
    needs: "nodes",
    applies: (topology) => nfsServersOf(topology).length > 0,
    judge: (topology, seen) =>
      each(
        nfsServersOf(topology),
        seen,
        (node, { share, units, deployed }) => {
          const wanted = (deployed?.["/etc/exports"] ?? renderExports(topology, node)).trim().split("\n");
          const hosts = [...(wanted.at(-1) ?? "").matchAll(/ (\S+)\(/g)].map(([, host = ""]) => host);
          const shown = (share?.shown ?? []).map((line) => line.replace(/\s+/, " "));
          return [
            ...["rpcbind", "nfs-server"].flatMap((unit) => runs(units, unit)),
            ...wanted.map((line) => share?.exports.includes(line) !== true && `/etc/exports lacks ${line}`),
            !shown.includes(`${node.share} ${hosts.join(",")}`) &&
              `showmount -e shows ${list(shown)}, must show ${node.share} ${hosts.join(",")}`,
          ];
        },
        nfsServersOf(topology)
          .map((node) => `${node.name}: ${renderExports(topology, node).trim().split("\n").at(-1)}`)
          .join(", "),
      ),
  },
  {
    name: "mount",
    title: "web servers mount the share on their document root by fstab, over a page of their own",
    needs: "nodes",
    applies: (topology) => mounting(topology).length > 0,
    judge: (topology, seen) =>
      each(
        mounting(topology),
        seen,
        (node, { mount, units, deployed }) => {
          const line = deployed?.[`/etc/fstab ${DOCUMENT_ROOT}`] ?? renderFstabLine(topology, node) ?? "";
          const [source] = line.split(" ");
          return [
            mount?.fstab.includes(line) !== true && `/etc/fstab lacks ${line}`,
            differs("remote-fs.target at boot", units["remote-fs.target"]?.enabled ?? "", "enabled"),
            differs(DOCUMENT_ROOT, mount?.mounted ?? "", `${source} nfs4`),
            differs("the page beneath", mount?.ownPage ?? "", node.page),
          ];
        },
        mounting(topology)
          .map((node) => `${node.name}: ${renderFstabLine(topology, node)}`)
          .join(", "),
      ),
  },
  {
    name: "shared-content",
    title: "the client gets the share's page through the VIP every time, whichever web server answers",
    needs: "client",
    applies: (topology) => mounting(topology).length > 0 && topology.virtualServers.length > 0,
    judge: (topology, seen) => {
      const shares = nfsServersOf(topology).flatMap(({ name, page }): string[] => {
        const got = seen.nodes[name]?.share?.page;
        return got === page ? [] : [`${name}: index.html of the share is "${got ?? ""}", must be "${page}"`];
      });
      const pages = new Set(webServersOf(topology).map((web) => servedPage(topology, web)));
      const answers = Object.values(seen.client.throughVip).flat();
      const wrong = answers.filter(({ status, body }) => status !== 200 || !pages.has(body));
      return {
        problems: [
          ...shares,
          ...(answers.length < 3 ? [`client: asked ${answers.length} times through the VIP, must be 3 or more`] : []),
          ...(wrong[0] === undefined
            ? []
            : [`client: ${wrong.length} of ${answers.length} answers differ, one is ${describe(wrong[0])}`]),
        ],
        seen: `${answers.length} answers, all "${[...pages].join('", "')}"`,
      };
    },
  },
];
