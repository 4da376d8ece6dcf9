package bridge

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dmacvicar/terraform-provider-libvirt/libvirt"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/terraform"
)

const nobody = "qemu+unix:///system?socket=/nonexistent/libvirt-sock"

func configured(t *testing.T, uri string) (*schema.Provider, error) {
	t.Helper()
	provider := dialLate(libvirt.Provider())
	config := terraform.NewResourceConfigRaw(map[string]any{"uri": uri})
	for _, one := range provider.Configure(context.Background(), config) {
		return provider, &configError{one.Summary}
	}
	return provider, nil
}

type configError struct{ text string }

func (e *configError) Error() string { return e.text }

func TestConfigureDoesNotDial(t *testing.T) {
	if _, err := configured(t, nobody); err != nil {
		t.Fatalf("got %v, need a provider that has not tried to connect", err)
	}
}

func TestADiffDoesNotDial(t *testing.T) {
	provider, _ := configured(t, nobody)
	config := terraform.NewResourceConfigRaw(map[string]any{"name": "disk", "pool": "new"})
	state := &terraform.InstanceState{ID: "1", Attributes: map[string]string{"id": "1", "name": "disk", "pool": "old"}}
	volume := provider.ResourcesMap["libvirt_volume"]
	diff, err := volume.SimpleDiff(context.Background(), state, config, provider.Meta())
	if err != nil {
		t.Fatal(err)
	}
	if !diff.Attributes["pool"].RequiresNew {
		t.Errorf("got %v, need a replacement for the other pool", diff.Attributes)
	}
}

// Every operation of every resource and data source tells that nobody answers, by an error and not by a nil client.
func TestEveryOperationConnects(t *testing.T) {
	provider, _ := configured(t, nobody)
	meta := provider.Meta()
	for name, resource := range all(provider) {
		data := resource.TestResourceData()
		data.SetId("1")
		said := map[string]string{}
		for operation, run := range map[string]any{
			"create": resource.CreateContext, "read": resource.ReadContext,
			"update": resource.UpdateContext, "delete": resource.DeleteContext,
		} {
			value := reflect.ValueOf(run)
			if value.IsNil() {
				continue
			}
			result := value.Call([]reflect.Value{
				reflect.ValueOf(context.Background()), reflect.ValueOf(data), reflect.ValueOf(meta),
			})[0]
			said[operation] = result.Index(0).FieldByName("Summary").String()
		}
		if resource.Read != nil {
			said["read"] = resource.Read(data, meta).Error()
		}
		if len(said) == 0 {
			t.Errorf("%s: no operation was tried", name)
		}
		for operation, text := range said {
			if !strings.Contains(text, "failed to connect") {
				t.Errorf("%s %s: got %q, need that the connection failed", name, operation, text)
			}
		}
	}
}

// The operations that connectFirst knows are all that the provider has.
func TestNoOperationOfAnotherKind(t *testing.T) {
	known := []string{"CreateContext", "ReadContext", "UpdateContext", "DeleteContext", "Read", "CustomizeDiff"}
	for name, resource := range all(libvirt.Provider()) {
		fields := reflect.ValueOf(resource).Elem()
		for i := range fields.NumField() {
			field, value := fields.Type().Field(i), fields.Field(i)
			if value.Kind() == reflect.Func && !value.IsNil() && !slices.Contains(known, field.Name) {
				t.Errorf("%s has %s, which gets no client", name, field.Name)
			}
		}
	}
}

func TestAWrongURIIsTold(t *testing.T) {
	for _, uri := range []string{"", "system", "qemu:system", "qemu+carrier:///system", "qemu://[/system"} {
		if _, err := configured(t, uri); err == nil || !strings.Contains(err.Error(), "uri") {
			t.Errorf("%q: got %v, need an error that names the uri", uri, err)
		}
	}
	for _, uri := range []string{"qemu:///system", "qemu+ssh://root@host/system", "qemu+ssh:///system", "qemu+tcp://host:16509/system", nobody} {
		if _, err := configured(t, uri); err != nil {
			t.Errorf("%q: got %v, need none", uri, err)
		}
	}
}

func all(provider *schema.Provider) map[string]*schema.Resource {
	every := map[string]*schema.Resource{}
	for name, resource := range provider.ResourcesMap {
		every[name] = resource
	}
	for name, source := range provider.DataSourcesMap {
		every["data "+name] = source
	}
	return every
}
