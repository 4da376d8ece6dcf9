package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Run is the function that runs a command at every preview and every deployment.
type Run struct{}

var _ infer.Fn[RunInputs, RunOutputs] = (*Run)(nil)

// RunInputs is what a program says of a Run.
type RunInputs struct {
	ProcessInputs
	Command string `pulumi:"command"`
}

// RunOutputs is what a program gets back.
type RunOutputs struct {
	RunInputs
	ProcessOutputs
}

// Annotate gives the schema its text.
func (r *Run) Annotate(a infer.Annotator) {
	a.Describe(&r, "Runs a command on the machine that runs Pulumi, at every preview and every deployment. "+
		"Use `local.Command` to run it once.")
}

// Annotate gives the schema its text.
func (r *RunInputs) Annotate(a infer.Annotator) {
	a.Describe(&r.Command, "The command to run.")
}

// Invoke runs the command.
func (*Run) Invoke(ctx context.Context, req infer.FunctionRequest[RunInputs]) (infer.FunctionResponse[RunOutputs], error) {
	result := RunOutputs{RunInputs: req.Input}
	err := result.ProcessOutputs.run(ctx, "run", req.Input.Command, req.Input.ProcessInputs)
	return infer.FunctionResponse[RunOutputs]{Output: result}, err
}
