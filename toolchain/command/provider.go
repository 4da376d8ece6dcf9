package main

import (
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"

	"lvs-lab/toolchain/command/local"
	"lvs-lab/toolchain/command/remote"
)

const (
	name = "command"
	// version is the release of the official plugin whose schema this one speaks; @pulumi/command asks for exactly this.
	version = "1.2.1"
)

// newProvider infers the schema from the Go types; a token's module is the name of the type's package.
func newProvider() p.Provider {
	return infer.Provider(infer.Options{
		Metadata: schema.Metadata{
			DisplayName: "Command",
			Description: "Runs commands and copies files, locally or over SSH, as Pulumi resources.",
			Keywords:    []string{"pulumi", "command", "category/utility", "kind/native"},
			LanguageMap: map[string]any{"nodejs": map[string]any{"respectSchemaVersion": true}},
		},
		Resources: []infer.InferredResource{
			infer.Resource(&local.Command{}),
			infer.Resource(&remote.Command{}),
			infer.Resource(&remote.CopyFile{}),
			infer.Resource(&remote.CopyToRemote{}),
		},
		Functions: []infer.InferredFunction{
			infer.Function(&local.Run{}),
		},
	})
}
