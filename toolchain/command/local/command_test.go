package local

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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

func TestLifecycle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := CommandInputs{
		Create: ptr("cat >file; echo created $WORD; echo aside >&2"),
		Update: ptr("echo updated after $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR"),
		Delete: ptr("rm file"),
		ProcessInputs: ProcessInputs{
			Stdin: ptr("given"), Dir: &dir, Environment: &map[string]string{"WORD": "word"},
		},
	}
	created, err := create(t.Context(), in)
	check(t, err)
	text, err := os.ReadFile(filepath.Join(dir, "file"))
	check(t, err)
	if created.Stdout != "created word" || created.Stderr != "aside" || string(text) != "given" {
		t.Fatalf("create: %q %q %q", created.Stdout, created.Stderr, text)
	}
	updated, err := update(t.Context(), created, in)
	check(t, err)
	if updated.Stdout != "updated after created word, aside" || updated.Stderr != "" {
		t.Fatalf("update: %q %q", updated.Stdout, updated.Stderr)
	}
	_, err = (&Command{}).Delete(t.Context(), infer.DeleteRequest[CommandOutputs]{State: updated})
	check(t, err)
	if _, err := os.Stat(filepath.Join(dir, "file")); !errors.Is(err, os.ErrNotExist) {
		t.Error("delete did not run")
	}

	in.AddPreviousOutputInEnv, in.Update = ptr(false), nil
	in.Create = ptr("echo [$PULUMI_COMMAND_STDOUT]")
	if out, err := update(t.Context(), created, in); err != nil || out.Stdout != "[]" {
		t.Errorf("without previous output, create as update: %q, %v", out.Stdout, err)
	}
}

func TestInterpreter(t *testing.T) {
	t.Parallel()
	out, err := create(t.Context(), CommandInputs{
		Create: ptr("a b"), ProcessInputs: ProcessInputs{Interpreter: &[]string{"printf", "<%s>"}},
	})
	if err != nil || out.Stdout != "<a b>" {
		t.Fatalf("%q, %v", out.Stdout, err)
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	in := CommandInputs{
		Create: ptr("set -x; cat; echo command-secret $TOKEN; echo harmless\nexit 3"),
		ProcessInputs: ProcessInputs{
			Stdin: ptr("stdin-secret"), Environment: &map[string]string{"TOKEN": "env-secret"},
		},
	}
	_, err := create(t.Context(), in)
	if err == nil {
		t.Fatal("it did not fail")
	}
	for _, want := range []string{"create: exit status 3", "harmless"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in: %v", want, err)
		}
	}
	for _, secret := range []string{"stdin-secret", "env-secret", "set -x"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q is in: %v", secret, err)
		}
	}
	in.Logging = ptr(LogNone)
	if _, err := create(t.Context(), in); err == nil || strings.Contains(err.Error(), "harmless") {
		t.Errorf("logging none: %v", err)
	}
}

func TestCancelEndsTheProcessGroup(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command, end string
	}{
		"willing":       {"sleep 60 & echo $! $$ >pids; wait", "terminated"},
		"trapped":       {"trap '' TERM; sleep 60 & echo $! $$ >pids; wait", "killed"},
		"trapped child": {"(trap '' TERM; sleep 60 >/dev/null 2>&1 & echo $! $$ >pids); sleep 60", "terminated"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			failed := make(chan error, 1)
			go func() {
				_, err := create(ctx, CommandInputs{Create: ptr(c.command), ProcessInputs: ProcessInputs{Dir: &dir}})
				failed <- err
			}()
			var pids []string
			waitFor(t, "the command to run", func() bool {
				text, _ := os.ReadFile(filepath.Join(dir, "pids"))
				pids = strings.Fields(string(text))
				return len(pids) == 2
			})
			for _, pid := range pids {
				if !alive(t, pid) {
					t.Fatalf("process %s is not there to be ended", pid)
				}
			}
			cancel()
			start := time.Now()
			if err := <-failed; !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "signal: "+c.end) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took > grace+time.Second {
				t.Errorf("it took %s", took)
			}
			for _, pid := range pids {
				waitFor(t, "process "+pid+" to be gone", func() bool { return !alive(t, pid) })
			}
		})
	}
}

// A daemon that lets go of its stdout outlives the command that started it.
func TestDaemonIsLeftAlone(t *testing.T) {
	t.Parallel()
	out, err := create(t.Context(), CommandInputs{Create: ptr("sleep 60 >/dev/null 2>&1 & echo $!")})
	check(t, err)
	if !alive(t, out.Stdout) {
		t.Error("it was ended")
	}
	pid, err := strconv.Atoi(out.Stdout)
	check(t, err)
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

func TestAssets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	patterns := &[]string{"assets/**", "src/**.js", "!**secret.*"}
	out, err := create(t.Context(), CommandInputs{
		Create:        ptr("mkdir -p assets/logos src; touch assets/logos/logo.svg src/index.js src/secret.js src/other"),
		ProcessInputs: ProcessInputs{Dir: &dir, AssetPaths: patterns, ArchivePaths: patterns},
	})
	check(t, err)
	want := []string{"assets/logos/logo.svg", "src/index.js"}
	var got []string
	for name, asset := range *out.Assets {
		got = append(got, name)
		if asset.Asset.Path != filepath.Join(dir, name) || asset.Asset.Hash == "" {
			t.Errorf("%s: %+v", name, asset.Asset)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("assets: %v", got)
	}
	entries, _ := out.Archive.GetAssets()
	if len(entries) != len(want) {
		t.Errorf("archive: %v", entries)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	r, err := (&Run{}).Invoke(t.Context(), infer.FunctionRequest[RunInputs]{Input: RunInputs{Command: "echo run; echo aside >&2"}})
	if err != nil || r.Output.Stdout != "run" || r.Output.Stderr != "aside" || r.Output.Command == "" {
		t.Fatalf("%+v, %v", r.Output, err)
	}
	if _, err := (&Run{}).Invoke(t.Context(), infer.FunctionRequest[RunInputs]{Input: RunInputs{Command: "exit 2"}}); err == nil {
		t.Error("a failure passed")
	}
}

// alive does not count zombies: a test machine's PID 1 may never reap them.
func alive(t *testing.T, pid string) bool {
	t.Helper()
	n, err := strconv.Atoi(pid)
	check(t, err)
	if syscall.Kill(n, 0) != nil {
		return false
	}
	status, err := os.ReadFile("/proc/" + pid + "/status")
	return err == nil && !strings.Contains(string(status), "State:\tZ")
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func waitFor(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 5 s for %s", what)
		}
	}
}

func ptr[T any](value T) *T { return &value }

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}
