package output

import (
	"fmt"
	"sort"
	"strings"
)

const (
	// A failure repeats at most this much of what the command printed.
	tailLines = 20
	tailBytes = 4096

	// Shorter lines and values ("fi", "1", "yes") hide nothing and would punch holes into every message.
	shortestLine  = 8
	shortestValue = 4

	hidden = "[hidden]"
)

// Hidden collects texts that a failure must not repeat. Whether an input is a secret is not known inside a handler, so all
// of a command's inputs are treated as if they were.
type Hidden struct{ texts []string }

// Lines hides every line of a script, so that `set -x` or a syntax error does not print it.
func (h *Hidden) Lines(scripts ...*string) {
	for _, script := range scripts {
		if script == nil {
			continue
		}
		for line := range strings.Lines(*script) {
			h.add(strings.TrimSpace(line), shortestLine)
		}
	}
}

// Values hides short texts such as environment values.
func (h *Hidden) Values(values ...string) {
	for _, value := range values {
		h.add(strings.TrimSpace(value), shortestValue)
	}
}

// Secrets hides credentials: the whole, and each line for a key in several.
func (h *Hidden) Secrets(secrets ...*string) {
	for _, secret := range secrets {
		if secret == nil {
			continue
		}
		h.add(*secret, 1)
		h.Lines(secret)
	}
}

func (h *Hidden) add(text string, shortest int) {
	if len(text) >= shortest {
		h.texts = append(h.texts, text)
	}
}

// Scrub replaces every hidden text, the longest first: one may be a part of another.
func (h *Hidden) Scrub(text string) string {
	texts := append([]string(nil), h.texts...)
	sort.Slice(texts, func(i, j int) bool { return len(texts[i]) > len(texts[j]) })
	for _, t := range texts {
		text = strings.ReplaceAll(text, t, hidden)
	}
	return text
}

// Failure is the error of a command that ran and failed. It names the operation and the cause, and ends with the last lines
// that the log may show. It never holds the command's text.
func (c *Capture) Failure(operation string, cause error, h *Hidden) error {
	if !c.Stdout.show && !c.Stderr.show {
		return fmt.Errorf("%s: %w (logging is none: output not shown)", operation, cause)
	}
	c.mu.Lock()
	shown := c.shown.String()
	c.mu.Unlock()
	// Scrub first: a cut could leave half a secret that is no longer recognised.
	if end := tail(h.Scrub(shown)); end != "" {
		return fmt.Errorf("%s: %w; last output:\n%s", operation, cause, end)
	}
	return fmt.Errorf("%s: %w (no output)", operation, cause)
}

func tail(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > tailLines {
		lines = lines[len(lines)-tailLines:]
	}
	text = strings.Join(lines, "\n")
	if len(text) > tailBytes {
		text = "…" + strings.ToValidUTF8(text[len(text)-tailBytes:], "")
	}
	return text
}
