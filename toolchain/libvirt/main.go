// pulumi-resource-libvirt is Pulumi's resource plugin for libvirt: the Terraform
// provider, bridged.
package main

import (
	_ "embed"

	"github.com/dmacvicar/terraform-provider-libvirt/libvirt"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

	"lvs-lab/toolchain/libvirt/bridge"
)

// Made by toolchain/generate-sdk. It is embedded and not computed, because the
// code that computes it is several times the size of this plugin.
//
//go:embed schema.json
var schema []byte

func main() {
	// Without the goodbye libvirtd logs "End of file while reading data" for every run.
	defer libvirt.CleanupLibvirtConnections()
	tfbridge.Main(bridge.Name, bridge.Version, bridge.Provider(), schema)
}
