"""Forms and answers as others write them: JSON Schema, FHIR, XLSForm."""
