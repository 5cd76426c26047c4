package main

// platform is where the program finds itself.
type platform string

const (
	noPlatform     platform = ""
	vercel         platform = "Vercel"
	lambda         platform = "AWS Lambda"
	azureFunctions platform = "Azure Functions"
	cloudRun       platform = "Cloud Run"
)

// signs tell platforms apart, in this order: Vercel runs functions on Lambda
// and passes its variables on.
var signs = []struct {
	variable string
	platform platform
}{
	{"VERCEL", vercel},
	{"AWS_LAMBDA_FUNCTION_NAME", lambda},
	{"AWS_LAMBDA_RUNTIME_API", lambda},
	{"FUNCTIONS_WORKER_RUNTIME", azureFunctions},
	{"FUNCTIONS_CUSTOMHANDLER_PORT", azureFunctions},
	{"K_SERVICE", cloudRun},
}

func (e *environment) platform() platform {
	for _, sign := range signs {
		if e.text(sign.variable) != "" {
			return sign.platform
		}
	}
	return noPlatform
}
