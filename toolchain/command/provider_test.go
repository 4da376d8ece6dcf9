package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	pschema "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"google.golang.org/protobuf/types/known/emptypb"
)

func newServer(t *testing.T) integration.Server {
	t.Helper()
	s, err := integration.NewServer(t.Context(), name, semver.MustParse(version), integration.WithProvider(newProvider()))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVersion(t *testing.T) {
	s, err := p.RawServer(name, version, newProvider())(nil)
	if err != nil {
		t.Fatal(err)
	}
	info, err := s.GetPluginInfo(context.Background(), &emptypb.Empty{})
	if err != nil || info.Version != "1.2.1" {
		t.Fatalf("got version %v, %v", info, err)
	}
}

// The schema is what lets the official plugin take this one's place: it is compared line by line, both ways.
func TestSchemaIsTheOfficialOne(t *testing.T) {
	response, err := newServer(t).GetSchema(p.GetSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var spec pschema.PackageSpec
	if err := json.Unmarshal([]byte(response.Schema), &spec); err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile("testdata/schema-1.2.1.txt")
	if err != nil {
		t.Fatal(err)
	}
	var official []string
	for line := range strings.Lines(string(golden)) {
		if !strings.HasPrefix(line, "#") {
			official = append(official, strings.TrimSpace(line))
		}
	}
	ours := describe(spec)
	for _, line := range official {
		if !slices.Contains(ours, line) {
			t.Errorf("missing: %s", line)
		}
	}
	for _, line := range ours {
		if !slices.Contains(official, line) {
			t.Errorf("not official: %s", line)
		}
	}
}

// describe renders a schema in the golden file's form.
func describe(spec pschema.PackageSpec) []string {
	var lines []string
	properties := func(kind, token string, properties map[string]pschema.PropertySpec, required []string) {
		for name, p := range properties {
			line := fmt.Sprintf("%s %s.%s: %s", kind, token, name, typeName(p.TypeSpec))
			if slices.Contains(required, name) {
				line += " required"
			}
			if p.ReplaceOnChanges {
				line += " replaceOnChanges"
			}
			if p.Secret {
				line += " secret"
			}
			if p.Default != nil {
				line += fmt.Sprintf(" default=%v", p.Default)
			}
			lines = append(lines, line)
		}
	}
	for token, r := range spec.Resources {
		line := "resource " + token
		if r.DeprecationMessage != "" {
			line += " deprecated"
		}
		lines = append(lines, line)
		properties("input", token, r.InputProperties, r.RequiredInputs)
		properties("output", token, r.Properties, r.Required)
	}
	for token, f := range spec.Functions {
		lines = append(lines, "function "+token)
		properties("argument", token, f.Inputs.Properties, f.Inputs.Required)
		properties("result", token, f.ReturnType.ObjectTypeSpec.Properties, f.ReturnType.ObjectTypeSpec.Required)
	}
	for token, t := range spec.Types {
		if len(t.Enum) == 0 {
			lines = append(lines, "type "+token)
			properties("field", token, t.Properties, t.Required)
			continue
		}
		var values []string
		for _, v := range t.Enum {
			values = append(values, fmt.Sprint(v.Value))
		}
		sort.Strings(values)
		lines = append(lines, fmt.Sprintf("enum %s: %s", token, strings.Join(values, " ")))
	}
	return lines
}

func typeName(t pschema.TypeSpec) string {
	switch {
	case t.Ref != "":
		return t.Ref[strings.LastIndex(t.Ref, "/")+1:]
	case t.Items != nil:
		return "array<" + typeName(*t.Items) + ">"
	case t.AdditionalProperties != nil:
		return "map<" + typeName(*t.AdditionalProperties) + ">"
	default:
		return t.Type
	}
}

const remoteCommand = resource.URN("urn:pulumi:stack::project::command:remote:Command::it")

var inputs = property.NewMap(map[string]property.Value{
	"create":     property.New("true"),
	"stdin":      property.New("one"),
	"triggers":   property.New(property.NewArray([]property.Value{property.New("one")})),
	"connection": property.New(property.NewMap(map[string]property.Value{"host": property.New("192.0.2.1")})),
})

func TestConnectionIsSecretAndHasItsDefaults(t *testing.T) {
	response, err := newServer(t).Check(p.CheckRequest{Urn: remoteCommand, Inputs: inputs})
	if err != nil || len(response.Failures) > 0 {
		t.Fatal(err, response.Failures)
	}
	connection := response.Inputs.Get("connection")
	if !connection.Secret() {
		t.Error("the connection is no secret")
	}
	if response.Inputs.Get("stdin").Secret() {
		t.Error("stdin is a secret, though it was not given as one")
	}
	for field, want := range map[string]property.Value{
		"user": property.New("root"), "port": property.New(22.0),
		"dialErrorLimit": property.New(10.0), "perDialTimeout": property.New(15.0),
	} {
		if got := connection.AsMap().Get(field); !got.Equals(want) {
			t.Errorf("%s defaults to %v", field, got)
		}
	}
	if _, set := response.Inputs.GetOk("addPreviousOutputInEnv"); set {
		t.Error("addPreviousOutputInEnv gets into the state by itself")
	}
}

func TestDiff(t *testing.T) {
	state := inputs.Set("stdout", property.New("printed")).Set("stderr", property.New(""))
	for _, c := range []struct {
		name    string
		changed property.Map
		want    map[string]p.DiffKind
	}{
		{"nothing", inputs, nil},
		{"stdin", inputs.Set("stdin", property.New("two")), map[string]p.DiffKind{"stdin": p.Update}},
		{"create", inputs.Set("create", property.New("false")), map[string]p.DiffKind{"create": p.Update}},
		{"delete added", inputs.Set("delete", property.New("x")), map[string]p.DiffKind{"delete": p.Add}},
		{"host", inputs.Set("connection", property.New(property.NewMap(map[string]property.Value{
			"host": property.New("192.0.2.2"),
		}))), map[string]p.DiffKind{"connection.host": p.Update}},
		// The kind of a single trigger is an update here too; that it replaces is said by the SDK's replaceOnChanges.
		{"trigger", inputs.Set("triggers", property.New(property.NewArray([]property.Value{property.New("two")}))),
			map[string]p.DiffKind{"triggers[0]": p.Update}},
		{"triggers gone", inputs.Delete("triggers"), map[string]p.DiffKind{"triggers": p.DeleteReplace}},
	} {
		t.Run(c.name, func(t *testing.T) {
			diff, err := newServer(t).Diff(p.DiffRequest{
				ID: "it", Urn: remoteCommand, State: state, OldInputs: inputs, Inputs: c.changed,
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff.HasChanges != (len(c.want) > 0) || len(diff.DetailedDiff) != len(c.want) {
				t.Fatalf("got %+v", diff)
			}
			for key, kind := range c.want {
				if diff.DetailedDiff[key].Kind != kind {
					t.Errorf("got %+v", diff.DetailedDiff)
				}
			}
		})
	}
}

func TestPreviewKnowsNoOutputs(t *testing.T) {
	server := newServer(t)
	created, err := server.Create(p.CreateRequest{Urn: remoteCommand, Properties: inputs, DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if !created.Properties.Get("stdout").IsComputed() || created.Properties.Get("create").IsComputed() {
		t.Errorf("create: %v", created.Properties)
	}
	state := inputs.Set("stdout", property.New("printed")).Set("stderr", property.New(""))
	updated, err := server.Update(p.UpdateRequest{
		ID: "it", Urn: remoteCommand, State: state, OldInputs: inputs,
		Inputs: inputs.Set("stdin", property.New("two")), DryRun: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if !updated.Properties.Get("stdout").IsComputed() {
		t.Errorf("update: %v", updated.Properties)
	}
}

func TestReadReturnsTheState(t *testing.T) {
	state := inputs.Set("stdout", property.New("printed")).Set("stderr", property.New(""))
	read, err := newServer(t).Read(p.ReadRequest{ID: "it", Urn: remoteCommand, Properties: state, Inputs: inputs})
	if err != nil {
		t.Fatal(err)
	}
	if read.ID != "it" || !property.New(read.Properties).Equals(property.New(state)) {
		t.Errorf("got %+v", read)
	}
}

// The engine's Cancel reaches a running command.
func TestCancelEndsALocalCommand(t *testing.T) {
	server := newServer(t)
	failed := make(chan error, 1)
	started := t.TempDir() + "/started"
	go func() {
		_, err := server.Create(p.CreateRequest{
			Urn: "urn:pulumi:stack::project::command:local:Command::it",
			Properties: property.NewMap(map[string]property.Value{
				"create": property.New("touch " + started + "; sleep 60"),
			}),
		})
		failed <- err
	}()
	waitFor(t, "the command to run", func() bool { _, err := os.Stat(started); return err == nil })
	if err := server.Cancel(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Fatalf("got %v", err)
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
