"""Drafts of a company's own documents, from its profile and a short form. Pure: no Django."""
