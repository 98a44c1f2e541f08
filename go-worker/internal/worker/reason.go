package worker

// Reason codes that a worker gives. contract/schemas/reasons.json says what each means to a person.
const (
	reasonHandlerError     = "handler_error"
	reasonHandlerPanic     = "handler_panic"
	reasonStalled          = "stalled"
	reasonTimeout          = "timeout"
	reasonUnsupported      = "unsupported"
	reasonStoreUnreachable = "store_unreachable"
	reasonBadMessage       = "bad_message"
	reasonBadPlan          = "bad_plan"
	reasonBadProfile       = "bad_profile"
	reasonInputMissing     = "input_missing"
	reasonInputChanged     = "input_changed"
	reasonBadGoldPairs     = "bad_gold_pairs"
	reasonRegistryProfile  = "registry_profile"
	reasonOtherRelease     = "other_release"
)
