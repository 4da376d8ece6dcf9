// pulumi-resource-command is a Pulumi resource plugin that runs commands, here and over SSH. It speaks the schema of the
// official command plugin, so that either can serve a program written with @pulumi/command.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
)

func main() {
	if err := p.RunProvider(context.Background(), name, version, newProvider()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
