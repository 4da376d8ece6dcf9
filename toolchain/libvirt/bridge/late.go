package bridge

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// dialLate makes a provider connect to its libvirt when an operation needs it, and not when it is configured: checks and
// diffs, which is all that a preview asks for, then need no daemon. A URI that cannot be right is refused at once.
func dialLate(provider *schema.Provider) *schema.Provider {
	dial := provider.ConfigureFunc
	provider.ConfigureFunc = func(settings *schema.ResourceData) (any, error) {
		if err := checkURI(settings.Get("uri").(string)); err != nil {
			return nil, err
		}
		// Once: resources are made in parallel, and the provider's own map of clients has no lock.
		return connection(sync.OnceValues(func() (any, error) { return dial(settings) })), nil
	}
	for _, resource := range provider.ResourcesMap {
		connectFirst(resource)
	}
	for _, source := range provider.DataSourcesMap {
		connectFirst(source)
	}
	return provider
}

// connection is what the operations get in the place of a client: it dials when it is called first.
type connection func() (any, error)

// connectFirst gives every operation of a resource a connected client. What is not in this list is computed without one;
// TestEveryOperationConnects fails when a provider has an operation of another kind.
func connectFirst(resource *schema.Resource) {
	resource.CreateContext = late(resource.CreateContext)
	resource.ReadContext = late(resource.ReadContext)
	resource.UpdateContext = late(resource.UpdateContext)
	resource.DeleteContext = late(resource.DeleteContext)
	if read := resource.Read; read != nil {
		resource.Read = func(data *schema.ResourceData, meta any) error {
			client, err := meta.(connection)()
			if err != nil {
				return err
			}
			return read(data, client)
		}
	}
}

// late is one operation that connects first; nil stays nil, which means that the resource does not have it.
func late[F ~func(context.Context, *schema.ResourceData, any) diag.Diagnostics](operation F) F {
	if operation == nil {
		return nil
	}
	return func(ctx context.Context, data *schema.ResourceData, meta any) diag.Diagnostics {
		client, err := meta.(connection)()
		if err != nil {
			return diag.FromErr(err)
		}
		return operation(ctx, data, client)
	}
}

// transports that the provider can dial (its uri package); none written is unix without a host, tls with one.
var transports = map[string]bool{"": true, "unix": true, "tcp": true, "tls": true, "ssh": true}

// checkURI refuses what no daemon can answer to.
//
// See https://libvirt.org/uri.html.
func checkURI(uri string) error {
	const example = "need a libvirt URI such as qemu:///system or qemu+ssh://host/system"
	parsed, err := url.Parse(uri)
	if err != nil {
		return fmt.Errorf("uri: got %q, %s (%w)", uri, example, err)
	}
	driver, transport, _ := strings.Cut(parsed.Scheme, "+")
	if driver == "" || parsed.Opaque != "" || parsed.Path == "" {
		return fmt.Errorf("uri: got %q, %s", uri, example)
	}
	if !transports[transport] {
		return fmt.Errorf("uri: got the transport %q in %q, need one of unix, tcp, tls, ssh", transport, uri)
	}
	return nil
}
