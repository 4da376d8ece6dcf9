package remote

import (
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
)

// A host that answers no keepalive for silence is taken for dead. TCP alone would wait for a vanished VM for hours.
var (
	keepaliveInterval = 15 * time.Second
	silence           = 45 * time.Second
)

// client is one SSH connection, and the proxy's beneath it. Each operation has its own while it lasts.
type client struct {
	*ssh.Client
	proxy *client
	pulse *time.Timer // fires when the host has been silent for too long
	dead  atomic.Bool
}

func watch(connection *ssh.Client) *client {
	c := &client{Client: connection}
	interval, silence := keepaliveInterval, silence
	c.pulse = time.AfterFunc(silence, func() {
		c.dead.Store(true)
		_ = c.Client.Close() // ends whatever waits on this connection
	})
	go func() {
		for {
			time.Sleep(interval)
			if _, _, err := c.SendRequest("keepalive@openssh.com", true, nil); err != nil {
				return // closed
			}
			// Only a pulse that has not fired yet may be wound up again.
			if c.pulse.Stop() {
				c.pulse.Reset(silence)
			}
		}
	}()
	return c
}

func (c *client) Close() error {
	c.pulse.Stop()
	err := c.Client.Close()
	if c.proxy != nil {
		_ = c.proxy.Close()
	}
	return err
}
