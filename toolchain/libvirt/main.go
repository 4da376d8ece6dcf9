// pulumi-resource-libvirt is Pulumi's resource plugin for libvirt: the Terraform
// provider, bridged.
package main

import (
	_ "embed"
	"os"
	"os/signal"
	"syscall"
	"time"

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
	go func() {
		waitForEnd()
		stop()
	}()
	tfbridge.Main(bridge.Name, bridge.Version, bridge.Provider(), schema)
	stop()
}

// waitForEnd returns when the engine says so, which it does by an interrupt, or when it
// is gone: of a killed engine the bridge itself takes notice only after some minutes.
func waitForEnd() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	engine := os.Getppid()
	for os.Getppid() == engine {
		select {
		case <-signals:
			return
		case <-time.After(time.Second):
		}
	}
}

// stop takes leave of libvirtd, which logs an error for every client that just goes. It
// does not insist on an answer: the engine waits for this process.
func stop() {
	left := make(chan struct{})
	go func() {
		libvirt.CleanupLibvirtConnections()
		close(left)
	}()
	select {
	case <-left:
	case <-time.After(time.Second):
	}
	os.Exit(0)
}
