package remote

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
)

func create(ctx context.Context, in CommandInputs) (CommandOutputs, error) {
	r, err := (&Command{}).Create(ctx, infer.CreateRequest[CommandInputs]{Name: "it", Inputs: in})
	return r.Output, err
}

func update(ctx context.Context, state CommandOutputs, in CommandInputs) (CommandOutputs, error) {
	r, err := (&Command{}).Update(ctx, infer.UpdateRequest[CommandInputs, CommandOutputs]{State: state, Inputs: in})
	return r.Output, err
}

// Not parallel: it listens to the log of the whole process.
func TestOutputIsLoggedWhileTheCommandRuns(t *testing.T) {
	log := listen(t)
	s := startSSHD(t)
	release := s.path("release")
	done := make(chan error, 1)
	run := func(logging *Logging) {
		_, err := create(t.Context(), CommandInputs{
			Connection: s.connection(), Logging: logging,
			Create: ptr("echo to-stdout; echo to-stderr >&2; while [ ! -e " + release + " ]; do sleep 0.02; done; rm " + release),
		})
		done <- err
	}
	for _, c := range []struct {
		logging        *Logging
		stdout, stderr bool
	}{
		{nil, true, true},
		{ptr(LogStdoutAndStderr), true, true},
		{ptr(LogStdout), true, false},
		{ptr(LogStderr), false, true},
		{ptr(LogNone), false, false},
	} {
		log.clear()
		go run(c.logging)
		waitFor(t, "the log, before the command ends", func() bool {
			return (!c.stdout || log.has("to-stdout")) && (!c.stderr || log.has("to-stderr"))
		})
		s.write("release", "")
		check(t, <-done)
		if log.has("to-stdout") != c.stdout || log.has("to-stderr") != c.stderr {
			t.Errorf("logging %v: got %v", c.logging, log.lines)
		}
	}
}

// Not parallel: it shortens the intervals for all connections.
func TestASilentHostIsNoticed(t *testing.T) {
	defer func(i, s time.Duration) { keepaliveInterval, silence = i, s }(keepaliveInterval, silence)
	keepaliveInterval, silence = 100*time.Millisecond, 400*time.Millisecond
	s := startSSHD(t)

	// An answering host is not taken for dead, though it prints nothing for longer than that.
	if out, err := create(t.Context(), CommandInputs{Connection: s.connection(), Create: ptr("sleep 0.8; echo alive")}); err != nil {
		t.Fatalf("%v, %v", out, err)
	}

	relay, freeze := newRelay(t, s.address())
	connection := s.connection()
	connection.Port = ptr(float64(relay))
	go func() {
		time.Sleep(300 * time.Millisecond)
		freeze()
	}()
	start := time.Now()
	_, err := create(t.Context(), CommandInputs{Connection: connection, Create: ptr("sleep 30")})
	if err == nil || !strings.Contains(err.Error(), "has not answered for 400ms") {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("noticed only after %s", took)
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	s := startSSHD(t)
	file := s.path("file")
	in := CommandInputs{
		Connection:  s.connection(),
		Stdin:       ptr("given\n"),
		Environment: map[string]string{"LVS_WORD": "word"},
		Create:      ptr("cat >" + file + "; echo created $LVS_WORD; echo aside >&2"),
		Update:      ptr("echo updated after $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR"),
		Delete:      ptr("rm " + file + "; echo $PULUMI_COMMAND_STDOUT >" + s.path("deleted")),
	}
	created, err := create(t.Context(), in)
	check(t, err)
	if created.Stdout != "created word" || created.Stderr != "aside" || read(t, file) != "given\n" {
		t.Fatalf("create: %q %q %q", created.Stdout, created.Stderr, read(t, file))
	}
	updated, err := update(t.Context(), created, in)
	check(t, err)
	if updated.Stdout != "updated after created word, aside" || updated.Stderr != "" {
		t.Fatalf("update: %q %q", updated.Stdout, updated.Stderr)
	}
	_, err = (&Command{}).Delete(t.Context(), infer.DeleteRequest[CommandOutputs]{State: updated})
	check(t, err)
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Error("delete did not run")
	}
	if got := s.read("deleted"); got != updated.Stdout+"\n" {
		t.Errorf("delete knew %q", got)
	}

	in.AddPreviousOutputInEnv = ptr(false)
	in.Update = nil
	in.Create = ptr("echo [$PULUMI_COMMAND_STDOUT]")
	if out, err := update(t.Context(), created, in); err != nil || out.Stdout != "[]" {
		t.Errorf("without previous output, create as update: %q, %v", out.Stdout, err)
	}
	waitFor(t, "all connections to be closed", func() bool { return s.established() == 0 })
}

func TestUnacceptedEnvironmentIsAnError(t *testing.T) {
	t.Parallel()
	_, err := create(t.Context(), CommandInputs{
		Connection: startSSHD(t).connection(), Create: ptr("true"), Environment: map[string]string{"OTHER": "hidden value"},
	})
	if err == nil || !strings.Contains(err.Error(), "OTHER") || strings.Contains(err.Error(), "hidden value") {
		t.Fatalf("got %v", err)
	}
}

// A command that does not read its stdin has not failed for that.
func TestUnreadStdin(t *testing.T) {
	t.Parallel()
	out, err := create(t.Context(), CommandInputs{
		Connection: startSSHD(t).connection(), Create: ptr("exec <&-; echo fine"), Stdin: ptr(strings.Repeat("x", 8<<20)),
	})
	if err != nil || out.Stdout != "fine" {
		t.Fatalf("%q, %v", out.Stdout, err)
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	s := startSSHD(t)
	in := CommandInputs{
		Connection:  s.connection(),
		Stdin:       ptr("password = stdin-secret\n"),
		Environment: map[string]string{"LVS_TOKEN": "env-secret"},
		Create: ptr("set -x\n" +
			"cat; echo command-secret $LVS_TOKEN; cat " + s.path("login") + "; echo harmless\n" +
			"exit 3"),
	}
	_, err := create(t.Context(), in)
	if err == nil {
		t.Fatal("it did not fail")
	}
	for _, want := range []string{"create on " + s.address(), "status 3", "harmless"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
	secrets := []string{"stdin-secret", "env-secret", "login; echo", "PRIVATE KEY", strings.Split(s.privateKey, "\n")[1]}
	for _, secret := range secrets {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q is in: %v", secret, err)
		}
	}

	in.Logging = ptr(LogNone)
	if _, err := create(t.Context(), in); err == nil || strings.Contains(err.Error(), "harmless") {
		t.Errorf("logging none: %v", err)
	}
	in.Logging = ptr(LogStderr)
	in.Create = ptr("echo on-stdout; echo on-stderr >&2; exit 1")
	_, err = create(t.Context(), in)
	if err == nil || strings.Contains(err.Error(), "on-stdout") || !strings.Contains(err.Error(), "on-stderr") {
		t.Errorf("logging stderr: %v", err)
	}
	waitFor(t, "all connections to be closed", func() bool { return s.established() == 0 })
}

func TestCancelEndsTheRemoteCommand(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command string
		atMost  time.Duration
		want    string
	}{
		"willing": {"sleep 60 & echo $! $$ >PIDS; wait", 2 * time.Second, "ended by TERM"},
		"trapped": {"trap '' TERM; sleep 60 & echo $! $$ >PIDS; wait", grace + 2*time.Second, "ended by KILL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSSHD(t)
			ctx, cancel := context.WithCancel(t.Context())
			failed := make(chan error, 1)
			go func() {
				_, err := create(ctx, CommandInputs{
					Connection: s.connection(), Create: ptr(strings.ReplaceAll(c.command, "PIDS", s.path("pids"))),
				})
				failed <- err
			}()
			var pids []string
			waitFor(t, "the command to run", func() bool {
				text, _ := os.ReadFile(s.path("pids"))
				pids = strings.Fields(string(text))
				return len(pids) == 2
			})
			for _, pid := range pids {
				if !alive(t, pid) {
					t.Fatalf("process %s is not there to be ended", pid)
				}
			}
			if s.established() != 1 {
				t.Fatalf("%d connections", s.established())
			}
			cancel()
			start := time.Now()
			err := <-failed
			if err == nil || !strings.Contains(err.Error(), "context canceled") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took > c.atMost {
				t.Errorf("it took %s", took)
			}
			for _, pid := range pids {
				waitFor(t, "process "+pid+" to be gone", func() bool { return !alive(t, pid) })
			}
			waitFor(t, "all connections to be closed", func() bool { return s.established() == 0 })
		})
	}
}

// alive does not count zombies: a test machine's PID 1 may never reap them.
func alive(t *testing.T, pid string) bool {
	n, err := strconv.Atoi(pid)
	check(t, err)
	if syscall.Kill(n, 0) != nil {
		return false
	}
	status, err := os.ReadFile("/proc/" + pid + "/status")
	return err == nil && !strings.Contains(string(status), "State:\tZ")
}

// newRelay forwards one connection until it is frozen; then it keeps it open and says nothing more.
func newRelay(t *testing.T, to string) (port int, freeze func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	t.Cleanup(func() { _ = l.Close() })
	var frozen sync.WaitGroup
	stop := make(chan struct{})
	forward := func(dst, src net.Conn) {
		defer frozen.Done()
		buffer := make([]byte, 32<<10)
		for {
			n, err := src.Read(buffer)
			select {
			case <-stop:
				return
			default:
			}
			if err != nil {
				return
			}
			_, _ = dst.Write(buffer[:n])
		}
	}
	go func() {
		from, err := l.Accept()
		if err != nil {
			return
		}
		target, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		t.Cleanup(func() { _ = from.Close(); _ = target.Close() })
		frozen.Add(2)
		go forward(target, from)
		go forward(from, target)
	}()
	return l.Addr().(*net.TCPAddr).Port, func() { close(stop) }
}

// recorder is what reaches the log; without an engine that is slog's default.
type recorder struct {
	mu    sync.Mutex
	lines []string
}

func listen(t *testing.T) *recorder {
	t.Helper()
	r, previous := &recorder{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(r, nil)))
	t.Cleanup(func() { slog.SetDefault(previous) })
	return r
}

func (r *recorder) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, string(line))
	return len(line), nil
}

func (r *recorder) has(word string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Contains(strings.Join(r.lines, ""), "msg="+word)
}

func (r *recorder) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = nil
}

// The tests that do not look at the log are not heard.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	keepFor = 0 // kept connections have a test of their own
	os.Exit(m.Run())
}
