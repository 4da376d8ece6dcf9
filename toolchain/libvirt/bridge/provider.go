// Package bridge describes the Terraform provider for libvirt as a Pulumi provider.
//
// The plugin and the generator both read this one description, so that the
// plugin's schema and the SDK cannot differ.
package bridge

import (
	"github.com/dmacvicar/terraform-provider-libvirt/libvirt"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

const (
	// Name is the package's name in tokens and in the plugin's file name.
	Name = "libvirt"

	// Version is that of the official plugin whose tokens, inputs and outputs
	// this one has. Either plugin can serve the same program and the same state.
	Version = "0.5.4"

	module = "index"
)

// Provider is the description.
func Provider() tfbridge.ProviderInfo {
	provider := tfbridge.ProviderInfo{
		P:           shim.NewProvider(dialLate(libvirt.Provider())),
		Name:        Name,
		Version:     Version,
		Description: "A Pulumi package for creating and managing libvirt resources.",
		License:     "Apache-2.0",
		GitHubOrg:   "dmacvicar", // for the attribution only
		Config: map[string]*tfbridge.SchemaInfo{
			"uri": {Default: &tfbridge.DefaultInfo{EnvVars: []string{"LIBVIRT_DEFAULT_URI"}}},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			// The rule below would say CloudinitDisk; the official plugin capitalizes the I.
			"libvirt_cloudinit_disk": {Tok: tfbridge.MakeResource(Name, module, "CloudInitDisk")},
		},
		JavaScript: &tfbridge.JavaScriptInfo{RespectSchemaVersion: true},
	}
	provider.MustComputeTokens(tokens.SingleModule("libvirt_", module, tokens.MakeStandard(Name)))

	// As in the official plugin: a resource without a name gets a random one.
	provider.SetAutonaming(255, "-")
	return provider
}
