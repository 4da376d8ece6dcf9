// Package remote runs commands and copies files over SSH.
package remote

import (
	"net"
	"strconv"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"

	"lvs-lab/toolchain/command/output"
)

const (
	defaultUser           = "root"
	defaultPort           = 22
	defaultDialErrorLimit = 10
	defaultPerDialTimeout = 15 // seconds
)

// Connection says how to reach a host.
type Connection struct {
	endpoint
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// ProxyConnection says how to reach the host through which another is reached.
type ProxyConnection struct {
	endpoint
}

type endpoint struct {
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional"`
	Host               *string  `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	PrivateKey         *string  `pulumi:"privateKey,optional"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional"`
	AgentSocketPath    *string  `pulumi:"agentSocketPath,optional"`
	HostKey            *string  `pulumi:"hostKey,optional"`
	DialErrorLimit     *int     `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int     `pulumi:"perDialTimeout,optional"`
}

// Annotate gives the schema its texts and defaults.
func (c *Connection) Annotate(a infer.Annotator) {
	a.Describe(&c, "Instructions for how to connect to a remote endpoint.")
	a.Describe(&c.Proxy, "The connection settings for the bastion/proxy host.")
	c.endpoint.annotate(a)
}

// Annotate gives the schema its texts and defaults.
func (c *ProxyConnection) Annotate(a infer.Annotator) {
	a.Describe(&c, "Instructions for how to connect to a remote endpoint via a bastion host.")
	c.endpoint.annotate(a)
}

func (e *endpoint) annotate(a infer.Annotator) {
	a.Describe(&e.User, "The user to log in as.")
	a.SetDefault(&e.User, defaultUser)
	a.Describe(&e.Password, "The password to log in with.")
	a.Describe(&e.Host, "The address of the host to connect to.")
	a.Describe(&e.Port, "The port to connect to. Defaults to 22.")
	a.SetDefault(&e.Port, defaultPort)
	a.Describe(&e.PrivateKey, "The contents of an SSH key to log in with. It is tried before the password.")
	a.Describe(&e.PrivateKeyPassword, "The password of an encrypted private key.")
	a.Describe(&e.AgentSocketPath, "The SSH agent's socket. Defaults to the environment variable SSH_AUTH_SOCK.")
	a.Describe(&e.HostKey, "The host's public key, as in authorized_keys. Without it any host key is accepted.")
	a.Describe(&e.DialErrorLimit, "How many dials may fail; -1 means any number. Defaults to 10.")
	a.SetDefault(&e.DialErrorLimit, defaultDialErrorLimit)
	a.Describe(&e.PerDialTimeout, "How many seconds one dial may take, handshake included; 0 means any time. Defaults to 15.")
	a.SetDefault(&e.PerDialTimeout, defaultPerDialTimeout)
}

func (e endpoint) user() string { return or(e.User, defaultUser) }

func (e endpoint) address() string {
	return net.JoinHostPort(or(e.Host, ""), strconv.Itoa(int(or(e.Port, defaultPort))))
}

func (e endpoint) dialErrorLimit() int { return or(e.DialErrorLimit, defaultDialErrorLimit) }

func (e endpoint) perDialTimeout() time.Duration {
	return time.Duration(or(e.PerDialTimeout, defaultPerDialTimeout)) * time.Second
}

// hide adds the connection's credentials to what an error must not repeat.
func (c *Connection) hide(h *output.Hidden) {
	h.Secrets(c.Password, c.PrivateKey, c.PrivateKeyPassword)
	if c.Proxy != nil {
		h.Secrets(c.Proxy.Password, c.Proxy.PrivateKey, c.Proxy.PrivateKeyPassword)
	}
}

func or[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}
