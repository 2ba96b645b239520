//go:build tools

// Package tools pins the Pulumi CLI (the engine) that this project builds where none is installed.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
