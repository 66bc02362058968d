"""One YAML file per form version, in the vocabulary of the FHIR R5 Questionnaire."""
