package standardize

// settle stores value as what raw stands for. When they differ and no rule says why yet, that is STD-001.
func settle(c *Cell, raw, value string) {
	if value != raw && len(c.Hits) == 0 {
		c.Hit(ruleStandard)
	}
	c.Value = value
}
