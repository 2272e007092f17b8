# CYPHT CONFIG HEADER - DON'T REMOVE
# W3siY29uZGl0aW9uIjogInN1YmplY3QiLCAidHlwZSI6ICJDb250YWlucyIsICJ2YWx1ZSI6ICJ4In1d
# W3siYWN0aW9uIjogIm1vdmUiLCAidmFsdWUiOiAiVHJhdmFpbCJ9XQ==

require ["fileinto"];

if header :contains "subject" ["x"] {
    fileinto "Travail";
    stop;
}
