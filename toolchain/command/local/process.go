package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"lvs-lab/toolchain/command/output"
)

// grace is how long a cancelled command may take to end after TERM, before KILL.
const grace = 3 * time.Second

// run runs a command and, if it succeeds, keeps what it left behind as the new outputs.
func (out *ProcessOutputs) run(ctx context.Context, operation, command string, in ProcessInputs) error {
	process, err := out.process(ctx, command, in)
	if err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	capture := output.NewCapture(ctx, in.Logging.stdout(), in.Logging.stderr())
	process.Stdout, process.Stderr = capture.Stdout, capture.Stderr

	start := time.Now()
	err = runGroup(process)
	capture.Flush()
	if ctx.Err() != nil && err != nil {
		err = fmt.Errorf("%w after %s: %w", context.Cause(ctx), time.Since(start).Round(time.Millisecond), err)
	}
	if err != nil {
		return capture.Failure(operation, err, in.hidden(command))
	}
	if err := out.collect(process.Dir, in); err != nil {
		return fmt.Errorf("%s: %w", operation, err)
	}
	out.Stdout, out.Stderr = capture.Stdout.Text(), capture.Stderr.Text()
	return nil
}

// process describes the process to start.
func (out *ProcessOutputs) process(ctx context.Context, command string, in ProcessInputs) (*exec.Cmd, error) {
	arguments := []string{"/bin/sh", "-c"}
	if in.Interpreter != nil && len(*in.Interpreter) > 0 {
		arguments = append([]string(nil), *in.Interpreter...)
	}
	arguments = append(arguments, command)
	process := exec.CommandContext(ctx, arguments[0], arguments[1:]...)

	if in.Dir != nil {
		process.Dir = *in.Dir
	} else {
		here, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		process.Dir = here
	}
	process.Env = os.Environ()
	if in.Environment != nil {
		for name, value := range *in.Environment {
			process.Env = append(process.Env, name+"="+value)
		}
	}
	if in.AddPreviousOutputInEnv == nil || *in.AddPreviousOutputInEnv {
		if out.Stdout != "" {
			process.Env = append(process.Env, output.PreviousStdout+"="+out.Stdout)
		}
		if out.Stderr != "" {
			process.Env = append(process.Env, output.PreviousStderr+"="+out.Stderr)
		}
	}
	if in.Stdin != nil && *in.Stdin != "" {
		process.Stdin = strings.NewReader(*in.Stdin)
	}
	return process, nil
}

// runGroup runs the process as the leader of a group, so that a cancellation reaches what a shell has started too. The
// group gets TERM, and KILL when it has not ended in time. exec's WaitDelay would do for the leader alone, and it would
// also cut off commands that were not cancelled but leave a daemon behind which holds their stdout.
func runGroup(process *exec.Cmd) error {
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	signal := func(s syscall.Signal) error { return syscall.Kill(-process.Process.Pid, s) }
	var deadline <-chan time.Time // set when cancelled; Run does not return before Cancel has
	process.Cancel = func() error {
		deadline = time.After(grace)
		time.AfterFunc(grace, func() { _ = signal(syscall.SIGKILL) })
		return signal(syscall.SIGTERM)
	}
	err := process.Run()
	if deadline == nil {
		return err
	}
	// A shell dies of TERM at once; what it had started may take its time, but no longer than the grace.
	for signal(0) == nil {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-deadline:
			_ = signal(syscall.SIGKILL)
			return err
		}
	}
	return err
}
