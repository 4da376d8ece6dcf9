import * as assert from "node:assert/strict";
import Ajv from "ajv";
import schema from "../../../../model/topology/schema.json";
import type * as model from "../../../../model/topology/topology";

/** Every key of a type. The compiler checks that the list is complete. */
type Keys<T> = { readonly [K in keyof Required<T>]: true };
const definitions: Readonly<Record<string, object & { readonly properties?: object }>> = schema.definitions;

const topology: Keys<model.Topology> = {
  name: true,
  document: true,
  form: true,
  description: true,
  ha: true,
  segments: true,
  nodes: true,
  client: true,
  vrrp: true,
  ipvsadm: true,
  vrrpCase: true,
  virtualServers: true,
  proxy: true,
};
const sections: Readonly<Record<string, object>> = {
  segment: { cidr: true, mode: true, bridge: true, hostAddress: true } satisfies Keys<model.Segment>,
  node: {
    role: true,
    interfaces: true,
    memory: true,
    vcpus: true,
    gateway: true,
    routes: true,
    vrrp: true,
    page: true,
    contentFrom: true,
    share: true,
    rpFilter: true,
    count: true,
  } satisfies Keys<
    Omit<
      model.DirectorNode &
        Pick<model.WebNode, "page" | "contentFrom"> &
        Pick<model.NfsNode, "share"> &
        Pick<model.RouterNode, "rpFilter">,
      "name"
    >
  > & { readonly count: true },
  route: { to: true, via: true } satisfies Keys<model.Route>,
  interface: { segment: true, address: true, mac: true } satisfies Keys<model.Interface>,
  directorVrrp: {
    routerId: true,
    state: true,
    priority: true,
    nopreempt: true,
    preemptDelay: true,
  } satisfies Keys<model.DirectorVrrp>,
  trackScript: { interval: true, weight: true } satisfies Keys<model.TrackScript>,
  proxy: { software: true, port: true, backends: true } satisfies Keys<model.Proxy>,
  ipvsadm: { prefixLength: true, timeouts: true } satisfies Keys<model.Ipvsadm>,
  client: {
    kind: true,
    memory: true,
    vcpus: true,
    segment: true,
    addresses: true,
    mac: true,
    routes: true,
  } satisfies Keys<model.Client>,
  vrrpInstance: {
    instance: true,
    interface: true,
    virtualRouterId: true,
    version: true,
    advertInt: true,
    authentication: true,
    virtualAddresses: true,
    mcastSource: true,
    trackScript: true,
    prefixLength: true,
    label: true,
    multicastGroup: true,
    gateway: true,
    notification: true,
  } satisfies Keys<model.VrrpInstance>,
  vrrpGateway: { interface: true, address: true } satisfies Keys<model.VrrpGateway>,
  notification: { to: true, from: true, connectTimeout: true } satisfies Keys<model.Notification>,
  virtualServer: {
    vip: true,
    port: true,
    protocol: true,
    scheduler: true,
    forwarding: true,
    persistence: true,
    delayLoop: true,
    realServers: true,
    check: true,
    sorryPage: true,
  } satisfies Keys<model.VirtualServer>,
  realServer: { weight: true, port: true } satisfies Keys<model.RealServer>,
  check: {
    type: true,
    connectTimeout: true,
    retry: true,
    retryWord: true,
    delayBeforeRetry: true,
    path: true,
    status: true,
    virtualHost: true,
  } satisfies Keys<model.HealthCheck>,
};

/** Every member of a closed set. The compiler checks that the list is complete. */
type Members<T extends string | number> = { readonly [K in T]: true };
const scheduler: Members<model.Scheduler> = {
  rr: true,
  wrr: true,
  lc: true,
  wlc: true,
  lblc: true,
  lblcr: true,
  dh: true,
  sh: true,
  sed: true,
  nq: true,
  mh: true,
  fo: true,
  ovf: true,
};
const closedSets: readonly (readonly [readonly unknown[], object])[] = [
  [schema.definitions.virtualServer.properties.scheduler.enum, scheduler],
  [
    schema.definitions.virtualServer.properties.forwarding.enum,
    { DR: true, NAT: true, TUN: true } satisfies Members<model.VirtualServer["forwarding"]>,
  ],
  [
    schema.definitions.virtualServer.properties.protocol.enum,
    { TCP: true, UDP: true } satisfies Members<model.VirtualServer["protocol"]>,
  ],
  [
    schema.definitions.node.properties.role.enum,
    { director: true, proxy: true, web: true, nfs: true, router: true } satisfies Members<
      // The client has its own section.
      Exclude<model.Role, "client">
    >,
  ],
  [
    schema.definitions.client.properties.kind.enum,
    { namespace: true, vm: true } satisfies Members<NonNullable<model.Client["kind"]>>,
  ],
  [
    schema.definitions.proxy.properties.software.enum,
    { haproxy: true, nginx: true } satisfies Members<model.Proxy["software"]>,
  ],
  [
    schema.properties.vrrpCase.enum,
    {
      "both-master": true,
      "master-high": true,
      "master-low": true,
      "both-backup-nopreempt": true,
    } satisfies Members<model.VrrpCase>,
  ],
  [
    schema.properties.form.enum,
    { corrected: true, "as-printed": true } satisfies Members<NonNullable<model.Topology["form"]>>,
  ],
  [
    schema.definitions.check.properties.retryWord.enum,
    { retry: true, nb_get_retry: true } satisfies Members<NonNullable<model.HealthCheck["retryWord"]>>,
  ],
  [
    schema.definitions.segment.properties.mode.enum,
    { isolated: true, nat: true, bridge: true } satisfies Members<model.Segment["mode"]>,
  ],
  [
    schema.definitions.directorVrrp.properties.state.enum,
    { MASTER: true, BACKUP: true } satisfies Members<model.DirectorVrrp["state"]>,
  ],
  [
    schema.definitions.check.properties.type.enum,
    { TCP_CHECK: true, HTTP_GET: true } satisfies Members<model.HealthCheck["type"]>,
  ],
  [
    schema.definitions.node.properties.rpFilter.enum,
    { 0: true, 1: true, 2: true } satisfies Members<model.RouterNode["rpFilter"]>,
  ],
  [
    schema.definitions.vrrpInstance.properties.version.enum,
    { 2: true, 3: true } satisfies Members<model.VrrpInstance["version"]>,
  ],
];

describe("the schema", () => {
  it("is a valid JSON Schema", () => {
    const ajv = new Ajv();
    assert.equal(ajv.validateSchema(schema), true, ajv.errorsText());
  });

  it("has the keys of the types, section by section", () => {
    assert.deepEqual(Object.keys(schema.properties).sort(), ["$schema", ...Object.keys(topology)].sort());
    for (const [name, keys] of Object.entries(sections)) {
      assert.deepEqual(Object.keys(definitions[name]?.properties ?? {}).sort(), Object.keys(keys).sort(), name);
    }
  });

  it("has the members of the types' closed sets", () => {
    for (const [members, keys] of closedSets) assert.deepEqual(members.map(String).sort(), Object.keys(keys).sort());
  });

  it("refuses unknown keys in every section and describes every key for editors", () => {
    const objects: [string, Record<string, unknown>][] = [];
    const visit = (path: string, value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      const one = value as Record<string, unknown>;
      if (one.type === "object") objects.push([path, one]);
      for (const [key, inner] of Object.entries(one)) visit(`${path}/${key}`, inner);
    };
    visit("#", schema);
    assert.ok(objects.length >= Object.keys(sections).length);
    for (const [path, one] of objects) {
      assert.ok(one.additionalProperties === false || typeof one.additionalProperties === "object", path);
      for (const [key, inner] of Object.entries((one.properties ?? {}) as Record<string, Described>)) {
        const target = definitions[inner.$ref?.replace("#/definitions/", "") ?? ""] as Described | undefined;
        assert.ok(inner.description ?? target?.description, `${path}/properties/${key} has no description`);
      }
    }
  });

  it("mentions each default in its description", () => {
    for (const [name, { properties = {} }] of Object.entries(definitions)) {
      for (const [key, { default: value, description = "" }] of Object.entries(
        properties as Record<string, Described>,
      )) {
        if (value === undefined || typeof value === "object") continue;
        assert.ok(
          description.includes(String(value)) && description.includes("default"),
          `${name}.${key}: ${description}`,
        );
      }
    }
  });
});

type Described = {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: string | number | boolean | object;
};
