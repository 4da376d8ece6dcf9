package output

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestScrub(t *testing.T) {
	var h Hidden
	key, script, password := "-----BEGIN KEY-----\nabcdefghijkl\n-----END KEY-----\n", "if x; then\n  echo a-long-line\nfi\n", "pw"
	h.Secrets(&key, &password)
	h.Lines(&script, nil)
	h.Values("token", "token-longer", "1")
	for text, want := range map[string]string{
		"line abcdefghijkl.":      "line [hidden].",
		"+ echo a-long-line":      "+ [hidden]",
		"token-longer, token":     "[hidden], [hidden]", // not [hidden]-longer
		"pw":                      "[hidden]",
		"fi 1 is too short to be": "fi 1 is too short to be",
	} {
		if got := h.Scrub(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestFailureEndsWithABoundedTail(t *testing.T) {
	c := NewCapture(t.Context(), true, true)
	for i := range 1000 {
		_, _ = io.WriteString(c.Stderr, "line "+strconv.Itoa(i)+"\n")
	}
	text := c.Failure("create", errors.New("exit status 1"), &Hidden{}).Error()
	if strings.Count(text, "\n") != tailLines || !strings.HasSuffix(text, "line 999") {
		t.Errorf("got %s", text)
	}
	_, _ = io.WriteString(c.Stderr, strings.Repeat("é", tailBytes))
	if text := c.Failure("create", errors.New("exit status 1"), &Hidden{}).Error(); len(text) > tailBytes+100 {
		t.Errorf("%d bytes", len(text))
	}
}

// A secret that the cut would halve is recognised before.
func TestScrubComesBeforeTheCut(t *testing.T) {
	c := NewCapture(t.Context(), true, true)
	_, _ = io.WriteString(c.Stdout, "secret-start-secret-end"+strings.Repeat("x", tailBytes-8))
	var h Hidden
	h.Values("secret-start-secret-end")
	if text := c.Failure("create", errors.New("exit status 1"), &h).Error(); strings.Contains(text, "end") {
		t.Errorf("got %s", text[:100])
	}
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}
