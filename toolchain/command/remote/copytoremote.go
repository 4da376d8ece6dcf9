package remote

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// CopyToRemote copies a file or a directory to a remote host.
type CopyToRemote struct{}

var (
	_ infer.CustomResource[CopyToRemoteInputs, CopyToRemoteOutputs] = (*CopyToRemote)(nil)
	_ infer.CustomCheck[CopyToRemoteInputs]                         = (*CopyToRemote)(nil)
	_ infer.CustomUpdate[CopyToRemoteInputs, CopyToRemoteOutputs]   = (*CopyToRemote)(nil)
)

// CopyToRemoteInputs is what a program says of a CopyToRemote.
type CopyToRemoteInputs struct {
	Connection *Connection          `pulumi:"connection" provider:"secret"`
	Triggers   *[]any               `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Source     types.AssetOrArchive `pulumi:"source"`
	RemotePath string               `pulumi:"remotePath"`
}

// CopyToRemoteOutputs is what the state holds of a CopyToRemote.
type CopyToRemoteOutputs struct{ CopyToRemoteInputs }

// Annotate gives the schema its text.
func (c *CopyToRemote) Annotate(a infer.Annotator) {
	a.Describe(&c, "Copies a file or a directory to a remote host.")
}

// Annotate gives the schema its texts.
func (c *CopyToRemoteInputs) Annotate(a infer.Annotator) {
	a.Describe(&c.Connection, "How to connect to the remote host.")
	a.Describe(&c.Triggers, "A change in any of these values replaces the resource, which copies again.")
	a.Describe(&c.Source, "A FileAsset or FileArchive with a local path. It is copied as it is: an archive is not unpacked, "+
		"a directory is copied with all it holds.")
	a.Describe(&c.RemotePath, "Where to copy to. Only the path's last element is created. What is copied into an existing "+
		"directory keeps its name there; an existing file is overwritten, but not by a directory.")
}

// Check refuses sources that have no path: only what lies on the disk can be copied.
func (*CopyToRemote) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[CopyToRemoteInputs], error) {
	inputs, failures, err := infer.DefaultCheck[CopyToRemoteInputs](ctx, req.NewInputs)
	refuse := func(property, reason string) {
		failures = append(failures, p.CheckFailure{Property: property, Reason: reason})
	}
	asset, archive := inputs.Source.Asset, inputs.Source.Archive
	switch {
	case err != nil:
	case asset == nil && archive == nil:
		refuse("asset", "either asset or archive must be set")
	case asset != nil && archive != nil:
		refuse("asset", "only one of asset or archive can be set")
	case asset != nil && !asset.IsPath():
		refuse("asset", "asset must be a path-based file asset")
	case archive != nil && !archive.IsPath():
		refuse("archive", "archive must be a path to a file or directory")
	}
	return infer.CheckResponse[CopyToRemoteInputs]{Inputs: inputs, Failures: failures}, err
}

// Create copies the source.
func (*CopyToRemote) Create(ctx context.Context, req infer.CreateRequest[CopyToRemoteInputs],
) (infer.CreateResponse[CopyToRemoteOutputs], error) {
	response := infer.CreateResponse[CopyToRemoteOutputs]{Output: CopyToRemoteOutputs{req.Inputs}}
	if req.DryRun {
		return response, nil
	}
	path, _ := req.Inputs.source()
	if err := req.Inputs.Connection.upload(ctx, path, req.Inputs.RemotePath, copyTree); err != nil {
		return response, err
	}
	var err error
	response.ID, err = resource.NewUniqueHex("", 8, 0)
	return response, err
}

// Update copies the source again if it, or its destination, has changed. A new connection alone copies nothing.
func (*CopyToRemote) Update(ctx context.Context, req infer.UpdateRequest[CopyToRemoteInputs, CopyToRemoteOutputs],
) (infer.UpdateResponse[CopyToRemoteOutputs], error) {
	response := infer.UpdateResponse[CopyToRemoteOutputs]{Output: CopyToRemoteOutputs{req.Inputs}}
	path, hash := req.Inputs.source()
	_, oldHash := req.State.source()
	if req.DryRun || hash == oldHash && req.Inputs.RemotePath == req.State.RemotePath {
		return response, nil
	}
	return response, req.Inputs.Connection.upload(ctx, path, req.Inputs.RemotePath, copyTree)
}

func (c *CopyToRemoteInputs) source() (path, hash string) {
	if c.Source.Archive != nil {
		return c.Source.Archive.Path, c.Source.Archive.Hash
	}
	return c.Source.Asset.Path, c.Source.Asset.Hash
}
