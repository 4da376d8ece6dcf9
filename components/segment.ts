import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import type * as model from "../infra/model/topology";

export type SegmentArgs = {
  /** The segment as the topology has it. */
  readonly segment: model.Segment;
  /** Name of the libvirt network; unused with an existing bridge. */
  readonly network: string;
  /** Name of the bridge that libvirt makes for it, at most 15 characters. */
  readonly bridge: string;
};

/** How a machine's interface is plugged into a segment. */
export type Plug = { readonly networkId: pulumi.Output<string> } | { readonly bridge: string };

/** An L2 segment: a libvirt network of its own (isolated, or with a way out), or an existing bridge of the host. */
export class Segment extends pulumi.ComponentResource {
  /** Where a domain's interface is plugged in. */
  readonly plug: Plug;
  /** The Linux bridge that carries the segment; it exists once this is known. */
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
            // The topology gives the addresses, and no guest asks for names.
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
 * What the provider has no input for: an address of the host other than the prefix's first one, and a network without DNS (its
 * `dns.enabled: false` leaves the element out, and libvirt's default is a dnsmasq).
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
