// Package output keeps, streams and reports what a command prints.
package output

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
)

// Names under which a command finds what its predecessor printed.
const (
	PreviousStdout = "PULUMI_COMMAND_STDOUT"
	PreviousStderr = "PULUMI_COMMAND_STDERR"
)

// Capture keeps both streams of one command whole, and passes on to the Pulumi log, line by line, those it may show.
type Capture struct {
	Stdout, Stderr *Stream

	mu    sync.Mutex
	shown bytes.Buffer // what the log may show, in order of arrival
	log   func(line string)
}

// NewCapture logs to the resource that ctx belongs to.
func NewCapture(ctx context.Context, showStdout, showStderr bool) *Capture {
	// The last words of a cancelled command are the interesting ones, so the log outlives the cancellation.
	logger := p.GetLogger(context.WithoutCancel(ctx))
	c := &Capture{log: logger.InfoStatus}
	c.Stdout = &Stream{capture: c, show: showStdout}
	c.Stderr = &Stream{capture: c, show: showStderr}
	return c
}

// Flush logs what came after the last newline.
func (c *Capture) Flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range []*Stream{c.Stdout, c.Stderr} {
		if len(s.line) > 0 {
			c.log(string(s.line))
			s.line = nil
		}
	}
}

// Stream is stdout or stderr. Its lock is the capture's: the two are written from different goroutines.
type Stream struct {
	capture *Capture
	show    bool
	all     bytes.Buffer
	line    []byte // the unfinished last line
}

var _ io.Writer = (*Stream)(nil)

func (s *Stream) Write(b []byte) (int, error) {
	s.capture.mu.Lock()
	defer s.capture.mu.Unlock()
	s.all.Write(b)
	if !s.show {
		return len(b), nil
	}
	s.capture.shown.Write(b)
	s.line = append(s.line, b...)
	for {
		line, rest, complete := bytes.Cut(s.line, []byte("\n"))
		if !complete {
			return len(b), nil
		}
		s.capture.log(string(line))
		s.line = rest
	}
}

// Text is the resource's output: everything printed, without the final newline.
func (s *Stream) Text() string {
	s.capture.mu.Lock()
	defer s.capture.mu.Unlock()
	return strings.TrimSuffix(s.all.String(), "\n")
}
