package remote

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command runs a command on a remote host when it is created, updated and deleted.
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

	Stdin                  *string           `pulumi:"stdin,optional"`
	Logging                *Logging          `pulumi:"logging,optional"`
	Connection             *Connection       `pulumi:"connection" provider:"secret"`
	Environment            map[string]string `pulumi:"environment,optional"`
	AddPreviousOutputInEnv *bool             `pulumi:"addPreviousOutputInEnv,optional"`
}

// CommandOutputs is what the state holds of a Command.
type CommandOutputs struct {
	CommandInputs
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Annotate gives the schema its text.
func (c *Command) Annotate(a infer.Annotator) {
	a.Describe(&c, "A command to run on a remote host. The connection is established via SSH.")
}

// Annotate gives the schema its texts and defaults.
func (c *CommandInputs) Annotate(a infer.Annotator) {
	a.Describe(&c.Triggers, "A change in any of these values replaces the resource, which runs `create` again.")
	a.Describe(&c.Create, "The command to run on creation, and on update if there is no `update`.")
	a.Describe(&c.Update, "The command to run when any input but `triggers` has changed.")
	a.Describe(&c.Delete, "The command to run on deletion.")
	a.Describe(&c.Stdin, "What the command reads from its standard input.")
	a.Describe(&c.Logging, "Which streams go to the Pulumi log. Both are kept as outputs all the same. Defaults to both.")
	a.Describe(&c.Connection, "How to connect to the remote host.")
	a.Describe(&c.Environment, "Environment variables for the command; the SSH server has to accept them (AcceptEnv).")
	a.Describe(&c.AddPreviousOutputInEnv, "Whether the command finds what the previous one printed in PULUMI_COMMAND_STDOUT "+
		"and PULUMI_COMMAND_STDERR; the SSH server has to accept these. Defaults to true.")
	// No SetDefault: it would put the value into every state, and the official plugin has stopped doing so.
}

// Annotate gives the schema its texts.
func (c *CommandOutputs) Annotate(a infer.Annotator) {
	a.Describe(&c.Stdout, "The standard output of the command.")
	a.Describe(&c.Stderr, "The standard error of the command.")
}

// Create runs `create`.
func (*Command) Create(ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun && state.Create != nil {
		err = state.run(ctx, "create", *state.Create)
	}
	return infer.CreateResponse[CommandOutputs]{ID: id, Output: state}, err
}

// Update runs `update`, or else `create`.
func (*Command) Update(ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs, Stdout: req.State.Stdout, Stderr: req.State.Stderr}
	command := state.Update
	if command == nil {
		command = state.Create
	}
	var err error
	if !req.DryRun && command != nil {
		err = state.run(ctx, "update", *command)
	}
	return infer.UpdateResponse[CommandOutputs]{Output: state}, err
}

// Delete runs `delete`.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandOutputs]) (infer.DeleteResponse, error) {
	var err error
	if req.State.Delete != nil {
		err = req.State.run(ctx, "delete", *req.State.Delete)
	}
	return infer.DeleteResponse{}, err
}
