// generate writes the plugin's schema and the sources of the Node.js SDK.
//
//	usage: generate SCHEMA_FILE SDK_FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"

	"lvs-lab/toolchain/libvirt/bridge"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate SCHEMA_FILE SDK_FOLDER")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(schemaFile, sdkFolder string) error {
	sink := diag.DefaultSink(os.Stderr, os.Stderr, diag.FormatOptions{Color: colors.Never})
	result, err := tfgen.GenerateSchemaWithOptions(tfgen.GenerateSchemaOptions{
		ProviderInfo:    bridge.Provider(),
		DiagnosticsSink: sink,
		// Only what the provider's own schema says. Its web pages would triple
		// the SDK and arrive as HTML for six languages.
		XInMemoryDocs: true,
	})
	if err != nil {
		return err
	}
	spec := result.PackageSpec
	text, err := json.MarshalIndent(spec, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(schemaFile, append(text, '\n'), 0o644); err != nil {
		return err
	}

	loader := schema.NewPluginLoader(nil) // nothing here refers to another package
	pkg, problems, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	if problems.HasErrors() {
		return problems
	}
	files, err := nodejs.GeneratePackage("lvs-lab", pkg, nil, nil, false, nil)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(sdkFolder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if filepath.Dir(name) != "." {
			content = pathsFromFolder.ReplaceAll(content, []byte(`from "../$1`))
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// This codegen, compiled by Go 1.26 or newer, whose filepath.Rel answers ".." where it
// was "../.", makes files in folders import the root's modules from their own folder.
// Mended in pulumi/pkg v3.250.0, against which the bridge does not compile.
var pathsFromFolder = regexp.MustCompile(`from "\./(utilities"|types/)`)
