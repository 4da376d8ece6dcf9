package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command runs a command when it is created, updated and deleted.
type Command struct{}

var (
	_ infer.CustomResource[CommandInputs, CommandOutputs] = (*Command)(nil)
	_ infer.CustomUpdate[CommandInputs, CommandOutputs]   = (*Command)(nil)
	_ infer.CustomDelete[CommandOutputs]                  = (*Command)(nil)
)

// CommandInputs is what a program says of a Command.
type CommandInputs struct {
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
	ProcessInputs
}

// CommandOutputs is what the state holds of a Command.
type CommandOutputs struct {
	CommandInputs
	ProcessOutputs
}

// Annotate gives the schema its text.
func (c *Command) Annotate(a infer.Annotator) {
	a.Describe(&c, "A command to run on the machine that runs Pulumi. An exit status other than 0 is a failure.")
}

// Annotate gives the schema its texts.
func (c *CommandInputs) Annotate(a infer.Annotator) {
	a.Describe(&c.Triggers, "A change in any of these values replaces the resource, which runs `create` again.")
	a.Describe(&c.Create, "The command to run on creation, and on update if there is no `update`.")
	a.Describe(&c.Update, "The command to run when any input but `triggers` has changed.")
	a.Describe(&c.Delete, "The command to run on deletion.")
}

// Create runs `create`.
func (*Command) Create(ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun && state.Create != nil {
		err = state.ProcessOutputs.run(ctx, "create", *state.Create, state.ProcessInputs)
	}
	return infer.CreateResponse[CommandOutputs]{ID: id, Output: state}, err
}

// Update runs `update`, or else `create`.
func (*Command) Update(ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs, ProcessOutputs: req.State.ProcessOutputs}
	command := state.Update
	if command == nil {
		command = state.Create
	}
	var err error
	if !req.DryRun && command != nil {
		err = state.ProcessOutputs.run(ctx, "update", *command, state.ProcessInputs)
	}
	return infer.UpdateResponse[CommandOutputs]{Output: state}, err
}

// Delete runs `delete`.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandOutputs]) (infer.DeleteResponse, error) {
	var err error
	if state := req.State; state.Delete != nil {
		err = state.ProcessOutputs.run(ctx, "delete", *state.Delete, state.ProcessInputs)
	}
	return infer.DeleteResponse{}, err
}
