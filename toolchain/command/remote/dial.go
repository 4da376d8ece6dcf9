package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"
)

// A port that refuses answers at once: without a pause a booting VM would see all attempts within a second.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 500 * time.Millisecond
)

// dialer opens the connection beneath SSH: from here, or from the proxy.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// dial connects to the host, through the proxy if there is one. Closing the client closes everything.
func (c *Connection) dial(ctx context.Context) (*client, error) {
	if c.Proxy == nil {
		return c.endpoint.dial(ctx, (&net.Dialer{}).DialContext)
	}
	proxy, err := c.Proxy.endpoint.dial(ctx, (&net.Dialer{}).DialContext)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	// A lost proxy ends the attempts, or an unlimited number of them would never end.
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		_ = proxy.Wait()
		cancel(fmt.Errorf("the connection to the proxy %s was lost", c.Proxy.address()))
	}()
	target, err := c.endpoint.dial(ctx, proxy.DialContext)
	if err != nil {
		_ = proxy.Close()
		return nil, err
	}
	target.proxy = proxy
	return target, nil
}

// dial repeats attempts until one succeeds, the limit is passed, the host turns out to be another, or ctx ends. A rejected
// login is repeated too, like in the official plugin: a booting VM may answer before its keys are installed.
func (e endpoint) dial(ctx context.Context, open dialer) (*client, error) {
	config, socket, err := e.login()
	if err != nil {
		return nil, err
	}
	defer socket.Close() // an agent is only needed to log in

	start, limit, pause := time.Now(), e.dialErrorLimit(), firstPause
	for failures := 1; ; failures++ {
		connection, err := e.attempt(ctx, open, config)
		if err == nil {
			return watch(connection), nil
		}
		if e.wrongHost(err) != nil {
			return nil, e.wrongHost(err)
		}
		waited := func(why string) error {
			return fmt.Errorf("%s: %d attempts to reach SSH on %s as %s in %s; the last error: %w",
				why, failures, e.address(), e.user(), time.Since(start).Round(time.Millisecond), err)
		}
		if ctx.Err() != nil {
			return nil, waited(context.Cause(ctx).Error())
		}
		if limit >= 0 && failures > limit {
			return nil, waited(fmt.Sprintf("gave up (dialErrorLimit %d)", limit))
		}
		p.GetLogger(ctx).InfoStatusf("waiting for SSH on %s (attempt %d): %v", e.address(), failures, err)
		select {
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		case <-ctx.Done():
			return nil, waited(context.Cause(ctx).Error())
		}
	}
}

// attempt opens a connection and shakes hands, together within perDialTimeout.
func (e endpoint) attempt(ctx context.Context, open dialer, config *ssh.ClientConfig) (*ssh.Client, error) {
	if timeout := e.perDialTimeout(); timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no handshake within %s", timeout))
		defer cancel()
	}
	connection, err := open(ctx, "tcp", e.address())
	if err != nil {
		return nil, err
	}
	// The handshake knows no context: closing the connection beneath it is the only way to end it.
	finished := context.AfterFunc(ctx, func() { _ = connection.Close() })
	conn, channels, requests, err := ssh.NewClientConn(connection, e.address(), config)
	if !finished() {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		_ = connection.Close()
		return nil, err
	}
	return ssh.NewClient(conn, channels, requests), nil
}

// wrongHost finds in a dial's error that the host is not the pinned one.
func (e endpoint) wrongHost(err error) error {
	if mismatch := (*HostKeyMismatch)(nil); errors.As(err, &mismatch) {
		return mismatch
	}
	negotiation := (*ssh.AlgorithmNegotiationError)(nil)
	if e.HostKey != nil && errors.As(err, &negotiation) && negotiation.What == "host key" {
		return noSuchHostKey(e.address(), *e.HostKey, negotiation.RequestedAlgorithms)
	}
	return nil
}
