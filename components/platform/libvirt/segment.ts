import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import type * as model from "../../../model/topology/topology";

export type SegmentArgs = {
  /** The segment of the topology. */
  readonly segment: model.Segment;
  /** Name of the libvirt network. Unused with an existing bridge. */
  readonly network: string;
  /** Name of the bridge that libvirt creates, at most 15 characters. */
  readonly bridge: string;
};

/** How a machine's interface is connected to a segment. */
export type Plug = { readonly networkId: pulumi.Output<string> } | { readonly bridge: string };

/** An L2 segment: a separate libvirt network (isolated, or with access to the outside), or an existing bridge of the host. */
export class Segment extends pulumi.ComponentResource {
  /** How a domain's interface is connected. */
  readonly plug: Plug;
  /** The Linux bridge of the segment. It exists when this value is known. */
  readonly bridge: pulumi.Output<string>;
  /** The libvirt network; undefined with an existing bridge. */
  readonly network?: libvirt.Network;

  constructor(name: string, { segment, network, bridge }: SegmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Segment", name, {}, opts);

    switch (segment.mode) {
      case "bridge":
        if (segment.bridge === undefined) throw new Error(`segment ${name}: mode bridge without a bridge's name`);
        this.plug = { bridge: segment.bridge };
        this.bridge = pulumi.output(segment.bridge);
        break;
      case "isolated":
      case "nat":
        this.network = new libvirt.Network(
          `${name}-network`,
          {
            name: network,
            bridge,
            mode: segment.mode === "nat" ? "nat" : "none",
            addresses: [segment.cidr],
            // The topology sets the addresses, and guests do not need DNS.
            dhcp: { enabled: false },
            dns: { enabled: false },
            xml: { xslt: renderNetworkXslt(segment) },
          },
          { parent: this, deleteBeforeReplace: true },
        );
        this.plug = { networkId: this.network.id };
        this.bridge = this.network.bridge;
        break;
    }
    this.registerOutputs({});
  }
}

/**
 * XSLT for what the provider has no input for: a host address other than the first of the prefix, and a network without DNS (its
 * `dns.enabled: false` omits the element, and libvirt then starts dnsmasq).
 */
export function renderNetworkXslt({ hostAddress }: Pick<model.Segment, "hostAddress">): string {
  return `<?xml version="1.0"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
  </xsl:template>
  <xsl:template match="/network">
    <xsl:copy><xsl:apply-templates select="@*|node()"/><dns enable="no"/></xsl:copy>
  </xsl:template>
  <xsl:template match="/network/dns"/>
  <xsl:template match="/network/ip/@address">
    <xsl:attribute name="address">${hostAddress}</xsl:attribute>
  </xsl:template>
</xsl:stylesheet>
`;
}
