package remote

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func fileSource(t *testing.T, path string) types.AssetOrArchive {
	t.Helper()
	asset, err := resource.NewPathAsset(path)
	check(t, err)
	return types.AssetOrArchive{Asset: asset}
}

func directorySource(t *testing.T, path string) types.AssetOrArchive {
	t.Helper()
	archive, err := resource.NewPathArchive(path)
	check(t, err)
	return types.AssetOrArchive{Archive: archive}
}

func copyToRemote(t *testing.T, s *sshd, source types.AssetOrArchive, to string) error {
	_, err := (&CopyToRemote{}).Create(t.Context(), infer.CreateRequest[CopyToRemoteInputs]{
		Inputs: CopyToRemoteInputs{Connection: s.connection(), Source: source, RemotePath: to},
	})
	return err
}

func TestCopyToRemote(t *testing.T) {
	t.Parallel()
	s := startSSHD(t)
	source := filepath.Join(t.TempDir(), "source")
	check(t, os.MkdirAll(filepath.Join(source, "below"), 0o755))
	large := strings.Repeat("0123456789abcdef", 1<<16) // more than one packet
	check(t, os.WriteFile(filepath.Join(source, "large"), []byte(large), 0o600))
	check(t, os.WriteFile(filepath.Join(source, "below", "small"), []byte("small"), 0o600))
	file := filepath.Join(source, "below", "small")

	check(t, os.Mkdir(s.path("there"), 0o755))
	for _, c := range []struct {
		name, to string
		source   types.AssetOrArchive
		arrives  map[string]string
	}{
		{"a file to a new path", "new", fileSource(t, file), map[string]string{"new": "small"}},
		{"a file over a file", "new", fileSource(t, filepath.Join(source, "large")), map[string]string{"new": large}},
		{"a file into a directory", "there", fileSource(t, file), map[string]string{"there/small": "small"}},
		{"a directory", "dir", directorySource(t, source),
			map[string]string{"dir/source/large": large, "dir/source/below/small": "small"}},
		{"a directory's content", "content", directorySource(t, source+"/"),
			map[string]string{"content/large": large, "content/below/small": "small"}},
	} {
		if err := copyToRemote(t, s, c.source, s.path(c.to)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for path, want := range c.arrives {
			if s.read(path) != want {
				t.Errorf("%s: %s is not what was copied", c.name, path)
			}
		}
	}
	if err := copyToRemote(t, s, directorySource(t, source), s.path("new")); err == nil {
		t.Error("a directory over a file was accepted")
	}
	err := copyToRemote(t, s, fileSource(t, file), s.path("no/such"))
	if err == nil || !strings.Contains(err.Error(), s.path("no/such")) {
		t.Errorf("got %v", err)
	}
	waitFor(t, "all connections to be closed", func() bool { return s.established() == 0 })
}

func TestCopyToRemoteCopiesOnlyChanges(t *testing.T) {
	t.Parallel()
	s := startSSHD(t)
	s.write("source", "one")
	old := CopyToRemoteInputs{Connection: s.connection(), Source: fileSource(t, s.path("source")), RemotePath: s.path("copy")}
	update := func(in CopyToRemoteInputs) {
		t.Helper()
		_, err := (&CopyToRemote{}).Update(t.Context(), infer.UpdateRequest[CopyToRemoteInputs, CopyToRemoteOutputs]{
			State: CopyToRemoteOutputs{old}, Inputs: in,
		})
		check(t, err)
	}
	same := old
	same.Connection = &Connection{} // it is not even used
	update(same)
	if _, err := os.Stat(s.path("copy")); err == nil {
		t.Error("an unchanged file was copied")
	}
	s.write("source", "two")
	changed := old
	changed.Source = fileSource(t, s.path("source"))
	update(changed)
	if s.read("copy") != "two" {
		t.Error("a changed file was not copied")
	}
}

func TestCopyFile(t *testing.T) {
	t.Parallel()
	s := startSSHD(t)
	s.write("source", "text")
	_, err := (&CopyFile{}).Create(t.Context(), infer.CreateRequest[CopyFileInputs]{Inputs: CopyFileInputs{
		Connection: s.connection(), LocalPath: s.path("source"), RemotePath: s.path("copy"),
	}})
	check(t, err)
	if s.read("copy") != "text" {
		t.Error("the file was not copied")
	}
}
