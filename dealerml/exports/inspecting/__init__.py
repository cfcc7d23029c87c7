"""What an analyst looks at before believing an export: gaps, differences, doubles, freshness."""
