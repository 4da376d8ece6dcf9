package local

import (
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// collect keeps the files that the command was asked for.
func (out *ProcessOutputs) collect(dir string, in ProcessInputs) error {
	if in.AssetPaths != nil {
		assets, err := find(dir, *in.AssetPaths)
		if err != nil {
			return err
		}
		kept := map[string]types.AssetOrArchive{}
		for name, asset := range assets {
			kept[name] = types.AssetOrArchive{Asset: asset}
		}
		out.Assets = &kept
	}
	if in.ArchivePaths != nil {
		assets, err := find(dir, *in.ArchivePaths)
		if err != nil {
			return err
		}
		entries := map[string]any{}
		for name, asset := range assets {
			entries[name] = asset
		}
		if out.Archive, err = resource.NewAssetArchive(entries); err != nil {
			return err
		}
	}
	return nil
}

// find returns the files below dir that the last pattern to match them includes.
func find(dir string, patterns []string) (map[string]*resource.Asset, error) {
	globs := make([]glob.Glob, len(patterns))
	for i, pattern := range patterns {
		var err error
		if globs[i], err = glob.Compile(strings.TrimPrefix(pattern, "!"), '/'); err != nil {
			return nil, err
		}
	}
	assets := map[string]*resource.Asset{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		included := false
		for i, g := range globs {
			if g.Match(name) {
				included = !strings.HasPrefix(patterns[i], "!")
			}
		}
		if included {
			assets[name], err = resource.NewPathAsset(path.Join(dir, name))
		}
		return err
	})
	return assets, err
}
