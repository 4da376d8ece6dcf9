import { nameOf } from "../../keepalived/config/servers";
import { canonical } from "../addresses";
import { switchOf } from "../host/kernel";
import type { Node } from "../plan";
import { type Found, list, type Rule } from "./rule";

/** Every VIP of a machine, with its place. */
const vipsOf = ({ config }: Node) =>
  config.instances.flatMap(({ virtualIpaddress, virtualIpaddressExcluded }) =>
    [...virtualIpaddress, ...virtualIpaddressExcluded].map(({ value, at }) => ({
      address: canonical(value.address),
      at,
    })),
  );

const hasNotify = ({ config }: Node): boolean =>
  [...config.instances, ...config.syncGroups].some(
    ({ notify, notifyMaster, notifyBackup }) => notify ?? notifyMaster ?? notifyBackup,
  );

/** Rules about other programs on a machine: ipvsadm's rules, haproxy, nginx. */
export const beside: readonly Rule[] = [
  {
    name: "ipvsadm-beside",
    severity: "warning",
    summary: "ipvsadm's rules have a service that keepalived has, too",
    why: "keepalived leaves a service as it is that is there already: ipvsadm's scheduler stays, and so do its real servers, which nobody checks",
    source: "keepalived, check/ipvswrapper.c: EEXIST is no error; ipvsadm-restore(8)",
    find: ({ plan }) =>
      plan.nodes.flatMap((node) =>
        node.config.virtualServers.flatMap((vs): Found[] => {
          const { service, protocol } = vs;
          if (service.kind !== "address") return [];
          const twin = node.host.ipvsServices.find(
            (one) =>
              one.address === canonical(service.address) &&
              one.port === service.port &&
              one.protocol === protocol?.value,
          );
          return twin
            ? [
                {
                  at: vs.at,
                  also: [twin.at],
                  message: `${node.name}: ${nameOf(vs)} is in ipvsadm's rules, too`,
                  fix: "remove it from ipvsadm's rules, or disable the service that loads them at boot",
                },
              ]
            : [];
        }),
      ),
  },
  {
    name: "nonlocal-bind-off",
    severity: "error",
    summary: "A proxy listens on a VIP that its machine may not have",
    why: "as BACKUP the machine does not have the address, so the proxy does not start there",
    source: "Linux, Documentation/networking/ip-sysctl.rst, ip_nonlocal_bind; haproxy, Configuration Manual, bind",
    find: ({ plan }) =>
      plan.nodes.flatMap((node) =>
        node.host.proxies.flatMap(({ program, binds }) => {
          const told = new Set<string>();
          return vipsOf(node).flatMap(({ address, at }): Found[] => {
            const family = address.includes(":") ? "ipv6" : "ipv4";
            const state = switchOf(node.host.kernel, `net/${family}/ip_nonlocal_bind`);
            const bind = binds.find((one) => one.address === address && !one.isTransparent);
            if (!state || state.isOn || !bind || told.has(address)) return [];
            told.add(address);
            return [
              {
                at,
                also: [bind.at, state.at],
                message: `${node.name}: ${program} listens on ${address}, and ip_nonlocal_bind is 0`,
                fix: `set sysctl net.${family}.ip_nonlocal_bind=1, or listen on any address`,
                ...(hasNotify(node)
                  ? {
                      severity: "note" as const,
                      why: `there are notify scripts; ignore this if they start ${program} on the MASTER`,
                    }
                  : {}),
              },
            ];
          });
        }),
      ),
  },
  {
    name: "vip-unbound",
    severity: "warning",
    summary: "The proxies of a machine listen on no VIP",
    why: "the VIP moves there, and no proxy answers on it",
    source: "haproxy, Configuration Manual, bind; ngx_http_core_module(7), listen",
    find: ({ plan }) =>
      plan.nodes.flatMap((node): Found[] => {
        const { proxies } = node.host;
        const binds = proxies.flatMap((one) => one.binds);
        const [vip] = vipsOf(node);
        // Addresses of the machine alone may be for its operator; those of other machines or none would be a surprise.
        const own = binds.filter(({ address = "" }) => !/^(?:127\.|::1$)/.test(address));
        if (!vip || own.length === 0 || node.config.virtualServers.length > 0 || proxies.some((one) => one.isPartial))
          return [];
        const vips = vipsOf(node).map(({ address }) => address);
        if (binds.some(({ address }) => address === undefined || vips.includes(address))) return [];
        return [
          {
            at: vip.at,
            also: own.map(({ at }) => at),
            message: `${node.name} has ${list(vips)}, and ${list([...new Set(proxies.map(({ program }) => program))])} listens only on ${list([...new Set(own.map(({ address }) => address ?? ""))])}`,
            fix: "listen on the VIP, or on any address",
          },
        ];
      }),
  },
];
