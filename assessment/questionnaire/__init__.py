"""The questionnaire: files, compiled once into frozen objects. Pure: it knows no Django."""
