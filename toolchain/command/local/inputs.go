// Package local runs commands on the machine that runs Pulumi.
package local

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"lvs-lab/toolchain/command/output"
)

// ProcessInputs is what a resource and a function say of the process they start.
type ProcessInputs struct {
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// ProcessOutputs is what such a process leaves behind.
type ProcessOutputs struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
	// Assets only; infer wants the union in what a function returns, and the schema names both alike.
	Assets  *map[string]types.AssetOrArchive `pulumi:"assets,optional"`
	Archive *resource.Archive                `pulumi:"archive,optional"`
}

const globs = " Patterns are github.com/gobwas/glob's, relative to the working directory and applied in order: " +
	"`*` matches anything but `/`, `**` anything, a leading `!` excludes."

// Annotate gives the schema its texts and defaults.
func (in *ProcessInputs) Annotate(a infer.Annotator) {
	a.Describe(&in.Stdin, "What the command reads from its standard input.")
	a.Describe(&in.Logging, "Which streams go to the Pulumi log. Both are kept as outputs all the same. Defaults to both.")
	a.Describe(&in.Interpreter, "The program and arguments that run the command. Defaults to `[\"/bin/sh\", \"-c\"]`.")
	a.Describe(&in.Dir, "The directory to run the command in. It has to exist.")
	a.Describe(&in.Environment, "Environment variables for the command.")
	a.Describe(&in.AssetPaths, "Files to keep as assets after the command has run."+globs)
	a.Describe(&in.ArchivePaths, "Files to keep as one archive after the command has run."+globs)
	a.Describe(&in.AddPreviousOutputInEnv, "Whether the command finds what the previous one printed in "+
		"PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR. Defaults to true.")
	// No SetDefault: it would put the value into every state, and the official plugin has stopped doing so.
}

// Annotate gives the schema its texts.
func (out *ProcessOutputs) Annotate(a infer.Annotator) {
	a.Describe(&out.Stdout, "The standard output of the command.")
	a.Describe(&out.Stderr, "The standard error of the command.")
	a.Describe(&out.Assets, "The files found after the command has run, by their path relative to its directory.")
	a.Describe(&out.Archive, "An archive of the files found after the command has run.")
}

func (in *ProcessInputs) hidden(command string) *output.Hidden {
	h := &output.Hidden{}
	h.Lines(in.Stdin, &command)
	if in.Environment != nil {
		for _, value := range *in.Environment {
			h.Values(value)
		}
	}
	return h
}
