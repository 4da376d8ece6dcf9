package remote

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// CopyFile is the deprecated predecessor of CopyToRemote. It has no update: any change replaces it.
type CopyFile struct{}

var _ infer.CustomResource[CopyFileInputs, CopyFileOutputs] = (*CopyFile)(nil)

// CopyFileInputs is what a program says of a CopyFile.
type CopyFileInputs struct {
	Connection *Connection `pulumi:"connection" provider:"secret"`
	Triggers   *[]any      `pulumi:"triggers,optional"`
	LocalPath  string      `pulumi:"localPath"`
	RemotePath string      `pulumi:"remotePath"`
}

// CopyFileOutputs is what the state holds of a CopyFile.
type CopyFileOutputs struct{ CopyFileInputs }

// Annotate gives the schema its text.
func (c *CopyFile) Annotate(a infer.Annotator) {
	a.Describe(&c, "Copies a local file to a remote host.")
	a.Deprecate(&c, "This resource is deprecated and will be removed in a future release. "+
		"Please use the `CopyToRemote` resource instead.")
}

// Annotate gives the schema its texts.
func (c *CopyFileInputs) Annotate(a infer.Annotator) {
	a.Describe(&c.Connection, "How to connect to the remote host.")
	a.Describe(&c.Triggers, "A change in any of these values replaces the resource, which copies again.")
	a.Describe(&c.LocalPath, "The path of the file to copy.")
	a.Describe(&c.RemotePath, "The path to copy it to.")
}

// Create copies the file.
func (*CopyFile) Create(ctx context.Context, req infer.CreateRequest[CopyFileInputs],
) (infer.CreateResponse[CopyFileOutputs], error) {
	in := req.Inputs
	response := infer.CreateResponse[CopyFileOutputs]{Output: CopyFileOutputs{in}}
	if req.DryRun {
		return response, nil
	}
	if err := in.Connection.upload(ctx, in.LocalPath, in.RemotePath, copyFile); err != nil {
		return response, err
	}
	var err error
	response.ID, err = resource.NewUniqueHex("", 8, 0)
	return response, err
}
