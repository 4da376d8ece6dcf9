package remote

import (
	"context"
	"fmt"
	"io"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"

	"lvs-lab/toolchain/command/output"
)

// grace is how long a cancelled command may take to end after TERM, before KILL.
const grace = 3 * time.Second

// run runs a command on the host and, if it succeeds, keeps what it printed as the new outputs.
func (c *CommandOutputs) run(ctx context.Context, operation, command string) error {
	operation += " on " + c.Connection.address()
	client, err := c.Connection.connect(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	// Only after a success nothing of the command can still be there.
	release := client.Close
	defer func() { _ = release() }()

	capture := output.NewCapture(ctx, c.Logging.stdout(), c.Logging.stderr())
	start := time.Now()
	session, err := c.start(ctx, client, command, capture)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	defer session.Close()

	ended := make(chan error, 1)
	go func() { ended <- session.Wait() }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = fmt.Errorf("%w after %s: %s",
			context.Cause(ctx), time.Since(start).Round(time.Millisecond), stop(client, session, ended))
	}
	capture.Flush()
	if client.dead.Load() {
		err = fmt.Errorf("the host has not answered for %s: %w", silence, err)
	}
	if err != nil {
		return capture.Failure(operation, err, c.hidden(command))
	}
	c.Stdout, c.Stderr = capture.Stdout.Text(), capture.Stderr.Text()
	release = func() error { c.Connection.keep(client); return nil }
	return nil
}

// start begins the command: after it, only the command's end is left to wait for.
func (c *CommandOutputs) start(ctx context.Context, client *client, command string, capture *output.Capture,
) (*ssh.Session, error) {
	// Opening a session knows no context. Until the command runs there is nothing to stop but the connection.
	release := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer release()

	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	for name, value := range c.Environment {
		if err := session.Setenv(name, value); err != nil {
			return nil, fmt.Errorf("the SSH server does not accept the environment variable %s (AcceptEnv): %w", name, err)
		}
	}
	if or(c.AddPreviousOutputInEnv, true) {
		c.offerPreviousOutput(ctx, session)
	}
	session.Stdout, session.Stderr = capture.Stdout, capture.Stderr
	stdin, err := session.StdinPipe()
	if err != nil {
		return nil, err
	}
	if !release() {
		return nil, context.Cause(ctx)
	}
	if err := session.Start(command); err != nil {
		return nil, err
	}
	go func() {
		// A command need not read what it is given; whether that was a failure, its exit status says.
		_, _ = io.WriteString(stdin, or(c.Stdin, ""))
		_ = stdin.Close()
	}()
	return session, nil
}

// offerPreviousOutput hands the last command's output to the next. Servers refuse unknown variables by default, and most
// commands do not look at these: so a refusal is no failure, and no warning at each update either.
func (c *CommandOutputs) offerPreviousOutput(ctx context.Context, session *ssh.Session) {
	for name, value := range map[string]string{output.PreviousStdout: c.Stdout, output.PreviousStderr: c.Stderr} {
		if value == "" {
			continue
		}
		if err := session.Setenv(name, value); err != nil {
			p.GetLogger(ctx).Debugf("the SSH server does not accept %s (AcceptEnv)", name)
		}
	}
}

func (c *CommandOutputs) hidden(command string) *output.Hidden {
	h := &output.Hidden{}
	c.Connection.hide(h)
	h.Lines(c.Stdin, &command)
	for _, value := range c.Environment {
		h.Values(value)
	}
	return h
}

// stop ends a running command, TERM first and then KILL, and says what became of it.
func stop(client *client, session *ssh.Session, ended <-chan error) string {
	for _, signal := range []ssh.Signal{ssh.SIGTERM, ssh.SIGKILL} {
		go func() {
			_ = session.Signal(signal)
			killSiblings(client, signal)
		}()
		select {
		case <-ended:
			return "the command was ended by " + string(signal)
		case <-time.After(grace):
		}
	}
	return "the command does not end and may still be running"
}

// killSiblings signals every other command of this connection from a second session. OpenSSH passes signals on only for
// users other than root (it refuses without privilege separation), and closing a session without a terminal ends nothing.
// Each command leads a process group, and all are children of the one process that serves the connection.
func killSiblings(client *client, signal ssh.Signal) {
	session, err := client.NewSession()
	if err != nil {
		return
	}
	defer session.Close()
	_ = session.Run(`exec /bin/sh -c '
for process in /proc/[0-9]*; do
	pid=${process#/proc/}
	while read -r key value; do
		[ "$key" = PPid: ] && [ "$value" = "$PPID" ] && [ "$pid" != "$$" ] && kill -s ` + string(signal) + ` -- "-$pid"
	done <"$process/status"
done 2>/dev/null'`)
}
